//! AWS says "slow down" to many calls at once, against the built binary.

use std::sync::Mutex;
use std::time::Instant;

use crate::binary::Plugin;
use crate::cloud::{Cloud, DONE, THROTTLED};
use crate::edges::create;
use crate::engine::{configure, connect};

/// How many calls AWS takes: at once, and then in each second.
const BURST: f64 = 20.0;
const RATE: f64 = 50.0;

#[tokio::test(flavor = "multi_thread")]
async fn many_creates_at_once_outlast_throttling() {
    let bucket = Mutex::new((Instant::now(), BURST));
    let cloud = Cloud::start(move |_| {
        let mut bucket = bucket.lock().expect("the bucket");
        let (since, left) = *bucket;
        let left = (left + since.elapsed().as_secs_f64() * RATE).min(BURST);
        let taken = left >= 1.0;
        *bucket = (Instant::now(), if taken { left - 1.0 } else { left });
        if taken { DONE } else { THROTTLED }
    });
    let plugin = Plugin::start(&[]);
    let mut client = connect(&plugin).await;
    configure(&mut client, &cloud, None).await;
    let creating: Vec<_> = (0..120)
        .map(|_| {
            let mut caller = client.clone();
            tokio::spawn(async move { caller.create(create("x")).await })
        })
        .collect();
    let mut failed = Vec::new();
    for made in creating {
        failed.extend(made.await.expect("no panic").err());
    }
    assert!(failed.is_empty(), "{} failed, the first with {}", failed.len(), failed[0]);
}
