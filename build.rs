//! Makes the RPC code from `proto/`, with protox so that nobody needs `protoc`; nothing else.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=proto");
    let files = ["provider.proto", "monitor.proto", "shared.proto"];
    let descriptors = protox::compile(files, ["proto"])?;
    // Sorted maps make equal messages equal bytes.
    let mut config = tonic_prost_build::Config::new();
    config.btree_map(["."]);
    tonic_prost_build::configure().compile_fds_with_config(descriptors, config)?;
    Ok(())
}
