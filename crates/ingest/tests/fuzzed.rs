//! The fuzz targets over their corpus, over the extracts of the formats, and over mutations of both from a fixed seed; for as
//! many further seconds as `GROWTHPOLE_FUZZ_SECONDS` says, over others, of which the last is kept in a file where it fails.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

#[allow(unreachable_pub)]
#[path = "../fuzz/src/targets.rs"]
mod targets;

use targets::Scratch;

/// How many mutations each input has.
const MUTATIONS: usize = 150;

/// Numbers that look random and are the same in every run (xorshift).
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % bound.max(1)
    }

    /// The input with some bytes changed, a piece taken out, repeated or moved, or its end cut off.
    fn mutated(&mut self, input: &[u8]) -> Vec<u8> {
        let mut bytes = input.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            let end = (at + 1 + self.below(64)).min(bytes.len());
            match self.below(6) {
                0 => bytes.truncate(at),
                1 => drop(bytes.drain(at..end)),
                2 => bytes.extend_from_within(at..end),
                3 => {
                    let piece = bytes[at..end].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, piece);
                }
                4 => bytes.insert(at, b"\",;\t\n\r\0\xFF\xE5-.{[("[self.below(14)]),
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << self.below(8);
                    }
                }
            }
        }
        bytes
    }
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap()).collect()
}

fn run(target: fn(&mut Scratch, &[u8]), corpus: &str, with_extracts: bool) {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut inputs = files(&project.join("fuzz/corpus").join(corpus));
    assert!(!inputs.is_empty(), "no corpus for {corpus}");
    if with_extracts {
        inputs.extend(files(&project.join("tests/data")));
    }
    let (mut scratch, mut seeded) = (Scratch::new(), Seeded(0x9E37_79B9_7F4A_7C15));
    for input in &inputs {
        target(&mut scratch, input);
        for _ in 0..MUTATIONS {
            target(&mut scratch, &seeded.mutated(input));
        }
    }
    let seconds = std::env::var("GROWTHPOLE_FUZZ_SECONDS").map_or(0, |seconds| seconds.parse().unwrap());
    let (begun, tried) = (Instant::now(), Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzzed-{corpus}")));
    seeded.0 ^= u64::from(std::process::id());
    while begun.elapsed() < Duration::from_secs(seconds) {
        // One in four is a mutation of a mutation, as far as that goes.
        let mut input = inputs[seeded.below(inputs.len())].clone();
        loop {
            input = seeded.mutated(&input);
            std::fs::write(&tried, &input).unwrap();
            target(&mut scratch, &input);
            if input.is_empty() || seeded.below(4) > 0 {
                break;
            }
        }
    }
}

#[test]
fn files_in_the_format_that_they_show() {
    run(targets::auto, "auto", true);
}

#[test]
fn files_in_a_format_that_they_may_not_have() {
    run(targets::format, "format", false);
    // Every extract in every format.
    let mut scratch = Scratch::new();
    for input in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")) {
        for format in 0..10 {
            targets::format(&mut scratch, &[&[format], input.as_slice()].concat());
        }
    }
}

#[test]
fn mapping_files_with_tables() {
    run(targets::mapping, "mapping", false);
}
