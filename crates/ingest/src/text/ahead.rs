//! Text that is decoded on a thread of its own, a little ahead of what is read.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::Scope;

use super::decoding::{Chunk, Decoding};

/// How many chunks wait at most.
const CHUNKS: usize = 4;

/// The chunks of a text in their order, each with what is wrong with it. The thread ends when they are dropped.
pub(super) struct Ahead {
    chunks: Receiver<io::Result<Chunk>>,
    /// Chunks that were read, of which the memory is used again.
    used: Sender<Chunk>,
}

impl Ahead {
    /// Starts the thread.
    pub(super) fn start<'scope, 'env, R: Read + Send + 'scope>(
        scope: &'scope Scope<'scope, 'env>,
        mut decoding: Decoding<R>,
    ) -> io::Result<Self> {
        let (to_reader, chunks) = sync_channel(CHUNKS);
        let (used, free) = channel();
        let thread = std::thread::Builder::new().name("import-decode".into());
        thread.spawn_scoped(scope, move || decode(&mut decoding, &to_reader, &free))?;
        Ok(Self { chunks, used })
    }

    /// Takes the next chunk in place of another; breaks where there is none.
    pub(super) fn next(&mut self, chunk: &mut Chunk) -> io::Result<ControlFlow<()>> {
        match self.chunks.recv() {
            Ok(next) => {
                // The thread may have ended already, and needs no more memory.
                let _ = self.used.send(std::mem::replace(chunk, next?));
                Ok(ControlFlow::Continue(()))
            }
            Err(_) => {
                *chunk = Chunk::default();
                Ok(ControlFlow::Break(()))
            }
        }
    }
}

fn decode<R: Read>(decoding: &mut Decoding<R>, to_reader: &SyncSender<io::Result<Chunk>>, free: &Receiver<Chunk>) {
    while !decoding.is_done {
        let mut chunk = free.try_recv().unwrap_or_default();
        let decoded = decoding.next(&mut chunk);
        let is_failed = decoded.is_err();
        // Who does not read on has no use for more.
        if to_reader.send(decoded.map(|()| chunk)).is_err() || is_failed {
            return;
        }
    }
}
