#![no_main]

use growthpole_fuzz::targets::{self, Scratch};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    targets::format(&mut Scratch::new(), bytes);
});
