//! The hash of real folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{Wanted, read};

/// A folder with these files; each with its path as its content.
fn folder(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for file in files {
        write(folder.path(), file, file);
    }
    folder
}

fn write(folder: &Path, file: &str, content: &str) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().expect("a folder")).expect("created");
    fs::write(path, content).expect("written");
}

fn with<T>(folder: &Path, change: impl FnOnce(Wanted<'_>) -> T) -> T {
    let context = folder.to_str().expect("text");
    let args = BTreeMap::new();
    change(Wanted {
        context,
        dockerfile: None,
        target: None,
        args: &args,
        platform: "linux/amd64",
        options: &[],
    })
}

fn hash(folder: &Path) -> String {
    with(folder, |wanted| read(&wanted).expect("readable").hash)
}

/// What is wrong with it, with the folder's name left out.
fn complaint(folder: &Path, change: impl FnOnce(Wanted<'_>) -> String) -> String {
    let real = folder.canonicalize().expect("a folder");
    let here = std::env::current_dir().expect("a folder");
    let text = with(folder, change);
    text.replace(real.to_str().expect("text"), "/app")
        .replace(folder.to_str().expect("text"), "/app")
        .replace(here.to_str().expect("text"), "/program")
}

fn problem(wanted: &Wanted<'_>) -> String {
    let problem = read(wanted).expect_err("it cannot be built");
    format!("`{}`: {}", problem.path, problem.reason)
}

#[test]
fn the_hash_is_of_what_the_builder_sees() {
    let one = folder(&["Dockerfile", "src/main.py", "a b.txt"]);
    let first = hash(one.path());
    assert_eq!(first.len(), 32);
    // Another folder, at another time, with the same in it.
    assert_eq!(hash(folder(&["a b.txt", "src/main.py", "Dockerfile"]).path()), first);

    let mut seen = vec![first.clone()];
    let mut changes = |it: String| {
        assert!(!seen.contains(&it), "the hash is as before");
        seen.push(it);
    };
    write(one.path(), "src/main.py", "changed");
    changes(hash(one.path()));
    write(one.path(), "src/main.py", "src/main.py");
    assert_eq!(hash(one.path()), first, "a change that was taken back");
    fs::rename(one.path().join("a b.txt"), one.path().join("b.txt")).expect("renamed");
    changes(hash(one.path()));
    fs::rename(one.path().join("b.txt"), one.path().join("a b.txt")).expect("renamed");
    fs::create_dir(one.path().join("empty")).expect("created");
    changes(hash(one.path()));
    fs::remove_dir(one.path().join("empty")).expect("removed");
    write(one.path(), "Dockerfile", "FROM scratch");
    changes(hash(one.path()));
    write(one.path(), "Dockerfile", "Dockerfile");
    let args = BTreeMap::from([("VERSION".to_owned(), "2".to_owned())]);
    let options = ["--network=host".to_owned()];
    with(one.path(), |it| changes(read(&Wanted { args: &args, ..it }).expect("readable").hash));
    with(one.path(), |it| {
        changes(read(&Wanted { target: Some("x"), ..it }).expect("readable").hash);
    });
    with(one.path(), |it| {
        changes(read(&Wanted { options: &options, ..it }).expect("readable").hash);
    });
    with(one.path(), |it| {
        changes(read(&Wanted { platform: "linux/arm64", ..it }).expect("readable").hash);
    });
}

#[cfg(unix)]
#[test]
fn modes_and_links_count_and_links_are_not_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let one = folder(&["Dockerfile", "run.sh"]);
    let first = hash(one.path());
    let script = one.path().join("run.sh");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("set");
    let executable = hash(one.path());
    assert_ne!(executable, first);
    symlink("/nowhere", one.path().join("link")).expect("linked");
    let linked = hash(one.path());
    assert_ne!(linked, executable);
    fs::remove_file(one.path().join("link")).expect("removed");
    symlink("/elsewhere", one.path().join("link")).expect("linked");
    assert_ne!(hash(one.path()), linked);
    // A folder outside, and a circle: the link is all that counts.
    symlink("/", one.path().join("root")).expect("linked");
    symlink(".", one.path().join("self")).expect("linked");
    let before = hash(one.path());
    let by_link = tempfile::tempdir().expect("a folder");
    symlink(one.path(), by_link.path().join("app")).expect("linked");
    assert_eq!(hash(&by_link.path().join("app")), before);
}

#[test]
fn what_is_ignored_does_not_count() {
    let one = folder(&["Dockerfile", "src/main.py"]);
    write(
        one.path(),
        ".dockerignore",
        "node_modules\n**/*.log\n!keep.log\ndocs\n!docs/guide/a.md\n",
    );
    let first = hash(one.path());
    for file in ["node_modules/x/y.js", "a.log", "src/b.log", "docs/b.md", "docs/guide/c.md"] {
        write(one.path(), file, "more");
        assert_eq!(hash(one.path()), first, "{file} is ignored");
    }
    write(one.path(), "keep.log", "more");
    let second = hash(one.path());
    assert_ne!(second, first);
    write(one.path(), "docs/guide/a.md", "more");
    let third = hash(one.path());
    assert_ne!(third, second);
    // Beside the Dockerfile, one of its own counts alone.
    write(one.path(), "Dockerfile.dockerignore", "src");
    let own = hash(one.path());
    write(one.path(), "src/main.py", "changed");
    assert_eq!(hash(one.path()), own);
    write(one.path(), "a.log", "changed");
    assert_ne!(hash(one.path()), own);
}

#[test]
fn a_dockerfile_may_be_elsewhere() {
    let one = folder(&["src/main.py"]);
    let other = folder(&["web.Dockerfile"]);
    let path = other.path().join("web.Dockerfile");
    let of = || {
        with(one.path(), |wanted| {
            read(&Wanted { dockerfile: path.to_str(), ..wanted }).expect("readable").hash
        })
    };
    let first = of();
    write(other.path(), "other", "beside it");
    assert_eq!(of(), first);
    write(other.path(), "web.Dockerfile", "FROM scratch");
    assert_ne!(of(), first);
    let second = of();
    write(other.path(), "web.Dockerfile.dockerignore", "src");
    assert_ne!(of(), second);
}

#[test]
fn what_cannot_be_built_is_told_with_its_path() {
    let empty = folder(&["app/main.py", "app/web.Dockerfile"]);
    let of = |context: &'static str, dockerfile: Option<&'static str>| {
        complaint(empty.path(), |wanted| {
            let context = match context.strip_prefix('/') {
                Some(rest) => empty.path().join(rest).to_str().expect("text").to_owned(),
                None => context.to_owned(),
            };
            problem(&Wanted { context: &context, dockerfile, ..wanted })
        })
    };
    let told = [
        of("https://example.com/app.git", None),
        of("no-such-folder", None),
        of("/app/main.py", None),
        of("/app", None),
        of("/app", Some("web.Dockerfile")),
        of("/app", Some("Dockerfile.web")),
        of("/app", Some("/")),
    ];
    expect_test::expect![[r"
        `build.context`: `https://example.com/app.git` is not a folder. What decides about a new build is a hash of the files, so only folders on this machine can be built: check the repository out, or build it elsewhere and set `image`.
        `build.context`: There is no folder `no-such-folder` in /program, where the program runs. Correct the path, or use an absolute one.
        `build.context`: /app/app/main.py is a file. Set the folder that it lies in, and the file as `build.dockerfile`.
        `build.context`: There is no Dockerfile in /app/app. Write one, or set `build.dockerfile` to the one that is meant.
        `build.dockerfile`: There is no file `web.Dockerfile` in /program, where the program runs. The path is relative to that folder, as `build.context` is. There is one in the context: write `/app/app/web.Dockerfile`.
        `build.dockerfile`: There is no file `Dockerfile.web` in /program, where the program runs. The path is relative to that folder, as `build.context` is.
        `build.dockerfile`: `/` is a folder. Set the file in it."]].assert_eq(&told.join("\n"));
}

#[cfg(unix)]
#[test]
fn what_no_image_can_have_is_told_unless_it_is_ignored() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::UnixListener;
    let one = folder(&["Dockerfile"]);
    let socket = UnixListener::bind(one.path().join("app.sock")).expect("bound");
    let mut told = complaint(one.path(), |it| problem(&it));
    write(one.path(), ".dockerignore", "*.sock");
    hash(one.path());
    drop(socket);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9");
    fs::write(one.path().join(name), "").expect("written");
    told = told + "\n" + &complaint(one.path(), |it| problem(&it));
    expect_test::expect![[r"
        `build.context`: /app/app.sock is neither a file, a folder nor a link, and cannot be in an image. Remove it, or exclude it by `.dockerignore`.
        `build.context`: /app/caf� has a name that is not valid UTF-8, and cannot be in an image. Remove it, or exclude it by `.dockerignore`."]].assert_eq(&told);
}

#[test]
fn what_vanishes_while_it_is_read_is_told() {
    let path = Path::new("/app/gone");
    let error = fs::read("/no/such/file").expect_err("it is not there");
    expect_test::expect!["/app/gone cannot be read: No such file or directory (os error 2). Let it be readable, or exclude it by `.dockerignore`."].assert_eq(&super::unreadable(super::CONTEXT, path, &error).reason);
}

#[test]
fn a_change_that_is_taken_back_is_seen_although_the_hash_is_equal() {
    let folder = folder(&["Dockerfile", "src/main.py", "notes.txt", ".dockerignore"]);
    write(folder.path(), ".dockerignore", "notes.txt");
    let read = || with(folder.path(), |wanted| read(&wanted).expect("readable"));
    let before = read();
    assert!(before.is_untouched(&read()));
    // What the builder does not get to see may change, and come and go.
    write(folder.path(), "notes.txt", "more");
    fs::remove_file(folder.path().join("notes.txt")).expect("removed");
    assert!(before.is_untouched(&read()));
    for file in ["src/main.py", "Dockerfile"] {
        let before = read();
        write(folder.path(), file, "changed");
        write(folder.path(), file, file);
        // File systems keep times in ticks of the kernel's clock, so all this may have been in one.
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(1);
        let written = fs::File::options().write(true).open(folder.path().join(file));
        written.and_then(|it| it.set_modified(later)).expect("written");
        let after = read();
        assert_eq!(before.hash, after.hash);
        assert!(!before.is_untouched(&after), "{file}");
    }
}
