//! Compiles `proto/` without protoc, keeping the comments in the descriptors that reflection serves.

use std::path::{Path, PathBuf};

fn main() -> anyhow::Result<()> {
    let proto = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto");
    println!("cargo::rerun-if-changed={}", proto.display());
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(proto.join("growthpole/v1"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "proto") {
            files.push(path);
        }
    }
    files.sort();

    let mut compiler = protox::Compiler::new([&proto])?;
    compiler.include_source_info(true).include_imports(true).open_files(&files)?;
    // Written by protox, not re-encoded by prost, so that nothing a descriptor may hold gets lost.
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let ours = compiler.encode_file_descriptor_set();
    let mut flight = protox::Compiler::new([&proto])?;
    flight.include_source_info(true).include_imports(true).open_file("arrow/flight/protocol/flight.proto")?;
    // Encoded messages that follow each other are one message with the lists of both.
    std::fs::write(out.join("served.bin"), [ours.as_slice(), &flight.encode_file_descriptor_set()].concat())?;
    std::fs::write(out.join("descriptors.bin"), ours)?;

    tonic_prost_build::configure()
        .build_transport(false)
        .extern_path(".growthpole.v1.PanelBlock", "crate::panel_block::PanelBlock")
        .compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}
