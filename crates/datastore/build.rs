//! Rebuilds the crate when a file is added to the bundled data: the compiler itself only follows those it has embedded.
#![allow(clippy::print_stdout)] // the way build scripts speak to cargo

fn main() {
    for folder in ["china-provinces", "harbin-changchun"] {
        println!("cargo::rerun-if-changed=bundled/{folder}");
    }
}
