//! Writes the header of an ONNX file: `onnx_header FILE HEADER [--whole-channels] [INPUT=SIZE,SIZE...]...`. The header
//! names the file as it was given, without its folder. With shapes of inputs the graph is compiled for them.
#![expect(clippy::print_stdout, reason = "what a command line program is for")]

use std::{
    env,
    error::Error,
    fs::{self, File},
    io::{Read as _, Seek as _, SeekFrom},
    path::Path,
};

use lacuna::onnx::{Header, Limits, Options, ReadAt, Shapes, compile_model, walk};

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
    let mut given = env::args().skip(1);
    let (Some(path), Some(out)) = (given.next(), given.next()) else {
        return Err("onnx_header FILE HEADER [--whole-channels] [INPUT=SIZE,SIZE...]...".into());
    };
    let (mut shapes, mut options) = (Shapes::new(), Options::default());
    for word in given {
        if word == "--whole-channels" {
            options.whole_channels = true;
            continue;
        }
        let (name, sizes) = word.split_once('=').ok_or("INPUT=SIZE,SIZE...")?;
        let sizes: Result<Vec<u64>, _> = sizes.split(',').map(str::parse).collect();
        shapes.insert(name.to_owned(), sizes?);
    }
    let file = File::open(&path)?;
    let length = file.metadata()?.len();
    let mut file = OnDisk { file, length };
    let name = Path::new(&path).file_name().ok_or("a file has a name")?.to_string_lossy();
    let mut model = walk(&mut file, Limits::default())?;
    let before = model.graph.nodes.len();
    if !shapes.is_empty() {
        compile_model(&mut model, &mut file, &shapes, options)?;
    }
    let header = Header::of(&model, &name);
    let (after, bytes) = (model.graph.nodes.len(), header.bytes.len());
    println!("{}: {before} nodes, then {after}; {bytes} bytes of {length}", header.signature);
    fs::write(out, header.bytes)?;
    Ok(())
}
