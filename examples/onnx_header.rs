//! Writes the header of an ONNX file: `onnx_header FILE HEADER`. The header names the file as it was given, without
//! its folder.
#![expect(clippy::print_stdout, reason = "what a command line program is for")]

use std::{
    env,
    error::Error,
    fs::{self, File},
    io::{Read as _, Seek as _, SeekFrom},
    path::Path,
};

use lacuna::onnx::{ReadAt, header};

struct OnDisk {
    file: File,
    length: u64,
}

impl ReadAt for OnDisk {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<(), String> {
        let read =
            self.file.seek(SeekFrom::Start(offset)).and_then(|_| self.file.read_exact(buffer));
        read.map_err(|error| error.to_string())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let [path, out] =
        env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "FILE HEADER")?;
    let file = File::open(&path)?;
    let length = file.metadata()?.len();
    let name = Path::new(&path).file_name().ok_or("a file has a name")?.to_string_lossy();
    let header = header(&mut OnDisk { file, length }, &name)?;
    println!("{}, {} bytes of {length}", header.signature, header.bytes.len());
    fs::write(out, header.bytes)?;
    Ok(())
}
