//! Generates the RPC code from `proto/`, with protox so that `protoc` is not needed, and says how the plugin is linked.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=proto");
    // A program that can be loaded at any address carries a list of its own addresses: 1.1 MB that each start reads and
    // applies. Pulumi's plugins are Go programs, which have a fixed address on Linux; so has this one.
    let of = |name| std::env::var(name).unwrap_or_default();
    if of("PROFILE") == "release"
        && of("CARGO_CFG_TARGET_OS") == "linux"
        && of("CARGO_CFG_TARGET_ENV") == "gnu"
    {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
    let files = ["provider.proto", "monitor.proto", "shared.proto"];
    let descriptors = protox::compile(files, ["proto"])?;
    // Sorted maps make equal messages equal bytes.
    let mut config = tonic_prost_build::Config::new();
    config.btree_map(["."]);
    tonic_prost_build::configure().compile_fds_with_config(descriptors, config)?;
    Ok(())
}
