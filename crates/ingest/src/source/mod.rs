//! Files that are read: plain, compressed, or archives of several members; never whole in memory.

mod limited;

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::report::Rule;
use limited::Limited;

/// How much is read at once.
const BUFFER: usize = 1 << 18;

/// How many bytes of a member are looked at before it is read: its format and its character set show in them.
pub const HEAD: usize = 1 << 16;

/// A file to be read. What it is compressed by shows in its first bytes; its name is looked at only to say where a
/// finding is, and to tell formats apart that look alike.
#[derive(Debug)]
pub struct Source {
    file: File,
    name: String,
    progress: Progress,
}

/// How many bytes of a source have been read; it can be watched from another thread.
#[derive(Debug, Clone)]
pub struct Progress {
    read: Arc<AtomicU64>,
    total: u64,
}

impl Progress {
    /// Bytes of the file, as it is stored, that have been read.
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed).min(self.total)
    }

    /// Bytes of the whole file.
    pub fn bytes_total(&self) -> u64 {
        self.total
    }
}

/// A member of an archive, or the one content of a file that is none.
pub struct Member<'a> {
    /// Path within the archive; the name of the file where it is none.
    pub name: String,
    /// Whether it is one of an archive.
    pub is_of_archive: bool,
    /// Its first bytes, [`HEAD`] at most. They are read again by `content`.
    pub head: Vec<u8>,
    /// What it holds, expanded.
    pub content: Content<'a>,
}

/// What a member holds.
pub enum Content<'a> {
    /// Of a file that is no archive: another thread may read it.
    Movable(&'a mut (dyn Read + Send)),
    /// Of an archive, whose members are read where the archive is.
    Fixed(&'a mut dyn Read),
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Movable(content) => content.read(buffer),
            Self::Fixed(content) => content.read(buffer),
        }
    }
}

/// Why a file could not be read on.
#[derive(Debug, thiserror::Error)]
#[error("{}: {message}", rule.code())]
pub struct SourceError {
    /// The rule that it broke.
    pub rule: Rule,
    /// Line, from 1; 0 where it is not known.
    pub line: u64,
    /// What was found.
    pub message: String,
}

impl SourceError {
    /// A rule that the whole file breaks.
    pub(crate) fn new(rule: Rule, line: u64, message: impl Into<String>) -> Self {
        Self { rule, line, message: message.into() }
    }
}

impl From<io::Error> for SourceError {
    fn from(error: io::Error) -> Self {
        let rule = limited::rule_of(&error).unwrap_or(Rule::Unreadable);
        Self::new(rule, 0, error.to_string())
    }
}

/// Whether to read on, or why not.
pub type Reading = Result<ControlFlow<()>, SourceError>;

/// What a file is wrapped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrapping {
    None,
    Gzip,
    Zstd,
}

impl Source {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn open(path: &Path) -> io::Result<Self> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        Self::new(File::open(path)?, &name)
    }

    /// Reads an open file from its start, under a name that findings mention.
    ///
    /// # Errors
    ///
    /// Those of the file system, a folder among them.
    pub fn new(file: File, name: &str) -> io::Result<Self> {
        let about = file.metadata()?;
        if about.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, format!("{name} is a folder")));
        }
        let progress = Progress { read: Arc::default(), total: about.len() };
        Ok(Self { file, name: name.to_owned(), progress })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How far it has been read.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// The file itself, at its start, for formats that are read by position. Progress is up to the reader, which can
    /// tell it by [`Source::advance`].
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn raw(&mut self) -> io::Result<File> {
        self.file.rewind()?;
        self.file.try_clone()
    }

    /// Counts bytes that were read from [`Source::raw`].
    pub fn advance(&self, bytes: u64) {
        self.progress.read.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The first bytes as they are stored, [`HEAD`] at most.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn head(&mut self) -> io::Result<Vec<u8>> {
        self.file.rewind()?;
        let mut head = Vec::new();
        (&self.file).take(HEAD as u64).read_to_end(&mut head)?;
        self.file.rewind()?;
        Ok(head)
    }

    /// Gives every member of the archive to `take` in the archive's order, until it breaks; the file itself where it is
    /// no archive.
    ///
    /// # Errors
    ///
    /// The file cannot be read to its end, expands too far, or is compressed in a way that is not read.
    pub fn members(&mut self, take: &mut dyn FnMut(Member<'_>) -> Reading) -> Result<(), SourceError> {
        let head = self.head()?;
        self.progress.read.store(0, Ordering::Relaxed);
        let file = BufReader::with_capacity(BUFFER, Counted { file: &self.file, read: &self.progress.read });
        let total = self.progress.total;
        match wrapping(&head)? {
            Wrapping::None => unpacked(file, &self.name, take),
            Wrapping::Gzip => {
                unpacked(Limited::new(flate2::bufread::MultiGzDecoder::new(file), total), &self.name, take)
            }
            Wrapping::Zstd => {
                unpacked(Limited::new(zstd::stream::read::Decoder::with_buffer(file)?, total), &self.name, take)
            }
        }
    }
}

/// Counts what is read from a file.
struct Counted<'a> {
    file: &'a File,
    read: &'a AtomicU64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Tells by the first bytes what a file is wrapped in.
fn wrapping(head: &[u8]) -> Result<Wrapping, SourceError> {
    let refused = [
        (&b"PK\x03\x04"[..], "a zip archive"),
        (b"BZh", "a file in bzip2"),
        (b"\xFD7zXZ\0", "a file in xz"),
        (b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
        (b"\xD0\xCF\x11\xE0", "a workbook of Excel 97"),
        (b"%PDF", "a PDF document"),
    ];
    if let Some((_, what)) = refused.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(SourceError::new(Rule::UnknownCompression, 0, *what));
    }
    Ok(match head {
        [0x1F, 0x8B, ..] => Wrapping::Gzip,
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Wrapping::Zstd,
        _ => Wrapping::None,
    })
}

/// Whether a tar archive starts so.
fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar")
}

fn unpacked(
    mut content: impl Read + Send,
    name: &str,
    take: &mut dyn FnMut(Member<'_>) -> Reading,
) -> Result<(), SourceError> {
    let head = head_of(&mut content)?;
    let archive = is_tar(&head);
    let mut content = Cursor::new(head.clone()).chain(content);
    if !archive {
        let content = Content::Movable(&mut content);
        let only = Member { name: name.to_owned(), is_of_archive: false, head, content };
        return take(only).map(|_| ());
    }
    let mut archive = tar::Archive::new(content);
    for entry in archive.entries()? {
        let mut entry = entry?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let head = head_of(&mut entry)?;
        let mut content = Cursor::new(head.clone()).chain(entry);
        let content = Content::Fixed(&mut content);
        if take(Member { name, is_of_archive: true, head, content })?.is_break() {
            break;
        }
    }
    Ok(())
}

fn head_of(content: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    content.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use std::io::Write;

    use super::*;

    fn source(bytes: &[u8]) -> Source {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Source::new(file, "file").unwrap()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    fn contents(source: &mut Source) -> Result<Vec<(String, String)>, SourceError> {
        let mut found = Vec::new();
        source.members(&mut |mut member| {
            let mut text = String::new();
            member.content.read_to_string(&mut text)?;
            assert!(text.as_bytes().starts_with(&member.head));
            found.push((member.name, text));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    fn tar() -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (name, text) in [("a/one.csv", "1"), ("a/two.csv", "22")] {
            let mut header = tar::Header::new_ustar();
            header.set_size(text.len() as u64);
            archive.append_data(&mut header, name, text.as_bytes()).unwrap();
        }
        archive.into_inner().unwrap()
    }

    #[test]
    fn reads_plain_compressed_and_archived_files_alike() {
        let text = "x".repeat(HEAD + 9);
        let zstd = zstd::encode_all(text.as_bytes(), 3).unwrap();
        for bytes in [text.clone().into_bytes(), gzip(text.as_bytes()), zstd] {
            let mut source = source(&bytes);
            assert_eq!(contents(&mut source).unwrap(), [("file".to_owned(), text.clone())]);
            assert_eq!(source.progress().bytes_read(), bytes.len() as u64);
        }
        let members = [("a/one.csv".to_owned(), "1".to_owned()), ("a/two.csv".to_owned(), "22".to_owned())];
        for bytes in [tar(), gzip(&tar())] {
            assert_eq!(contents(&mut source(&bytes)).unwrap(), members);
        }
    }

    #[test]
    fn refuses_what_is_cut_off_or_packed_otherwise() {
        let text: String = (0..9999).map(|number| number.to_string()).collect();
        let packed = gzip(text.as_bytes());
        let rule = |bytes: &[u8]| contents(&mut source(bytes)).unwrap_err().rule;
        assert_eq!(rule(&packed[..packed.len() / 2]), Rule::Unreadable);
        assert_eq!(rule(b"PK\x03\x04rest"), Rule::UnknownCompression);
        assert_eq!(rule(&tar()[..700]), Rule::Unreadable);
    }

    #[test]
    fn a_bomb_is_an_error_and_takes_no_memory() {
        let mut writer = zstd::Encoder::new(Vec::new(), 1).unwrap();
        for _ in 0..300 {
            writer.write_all(&vec![0; 1 << 20]).unwrap();
        }
        let mut source = source(&writer.finish().unwrap());
        let drained = source.members(&mut |mut member| {
            io::copy(&mut member.content, &mut io::sink())?;
            Ok(ControlFlow::Continue(()))
        });
        assert_eq!(drained.unwrap_err().rule, Rule::ExpandsTooFar);
    }
}
