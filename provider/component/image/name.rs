//! Rules on the name of an image.
//!
//! ECS takes nearly any text, and the tasks then fail to pull it. What a registry understands is
//! the grammar of <https://github.com/distribution/reference>.

/// What is wrong with a name such as `ghcr.io/team/app:1.2@sha256:…`.
pub(super) fn complain(image: &str) -> Option<String> {
    let (name, digest) = split(image, image.find('@'));
    // A colon before the last slash is the port of a registry.
    let last = name.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = split(name, name[last..].find(':').map(|colon| last + colon));
    let (host, path) = host_and_path(name);
    let wrong = wrong_name(image, host, path)
        .or_else(|| tag.and_then(complain_of_tag))
        .or_else(|| digest.and_then(wrong_digest))?;
    let written = "Write it as `registry/name:tag`, such as `public.ecr.aws/nginx/nginx:1.27`.";
    Some(format!("\"{image}\" is not an image: {wrong} {written}"))
}

/// What is wrong with a tag.
pub(super) fn complain_of_tag(tag: &str) -> Option<String> {
    let fits = !tag.is_empty()
        && tag.len() <= 128
        && !tag.starts_with(['.', '-'])
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    (!fits).then(|| {
        format!(
            "\"{tag}\" is not an image tag: up to 128 letters, digits, `_`, `.` and `-`, not \
             beginning with `.` or `-`."
        )
    })
}

fn split(text: &str, at: Option<usize>) -> (&str, Option<&str>) {
    at.map_or((text, None), |at| (&text[..at], Some(&text[at + 1..])))
}

/// The first part is a registry only if it could not be a name in Docker Hub.
fn host_and_path(name: &str) -> (Option<&str>, &str) {
    match name.split_once('/') {
        Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => {
            (Some(host), path)
        }
        _ => (None, name),
    }
}

fn wrong_name(image: &str, host: Option<&str>, path: &str) -> Option<String> {
    if image.contains("://") {
        return Some("an image name has no scheme.".to_owned());
    }
    if image.len() > 255 {
        return Some(format!("{} characters are more than 255.", image.len()));
    }
    if let Some(host) = host.filter(|host| !is_host(host)) {
        return Some(format!("`{host}` is not a registry."));
    }
    if path.chars().any(char::is_uppercase) {
        return Some(format!("names are lower-case, as in `{}`.", path.to_lowercase()));
    }
    let part = path.split('/').find(|part| !is_part(part))?;
    if part.is_empty() {
        return Some("a part of the name is empty.".to_owned());
    }
    Some(format!(
        "between slashes, a name has letters and digits, and between those `.`, `_`, `__` or hyphens, not \
         \"{part}\"."
    ))
}

fn is_host(host: &str) -> bool {
    let (name, port) = split(host, host.find(':'));
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
    };
    let digits = |port: &str| !port.is_empty() && port.bytes().all(|it| it.is_ascii_digit());
    name.split('.').all(label) && port.is_none_or(digits)
}

/// Runs of letters and digits, and between them one `.`, one or two `_`, or any hyphens.
fn is_part(part: &str) -> bool {
    let word = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit();
    let separates = |it: &str| matches!(it, "." | "_" | "__") || it.chars().all(|c| c == '-');
    part.starts_with(word)
        && part.ends_with(word)
        && part.split(word).filter(|it| !it.is_empty()).all(separates)
}

fn wrong_digest(digest: &str) -> Option<String> {
    let digits = digest.strip_prefix("sha256:").unwrap_or_default();
    let whole = digits.len() == 64 && digits.bytes().all(|it| it.is_ascii_hexdigit());
    (!whole).then(|| format!("`{digest}` is not a digest: `sha256:` and 64 hexadecimal digits."))
}

#[cfg(test)]
mod tests {
    use super::complain;

    #[test]
    fn what_registries_understand_is_taken() {
        let digest = format!("nginx:1@sha256:{}", "0".repeat(64));
        for image in [
            "nginx",
            "nginx:1.27",
            "library/nginx",
            "public.ecr.aws/nginx/nginx:1.27",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app_web:v1.2-rc_3",
            "localhost:5000/app",
            "localhost/app",
            "Registry.example.com:443/a.b/c__d/e---f:LATEST",
            &digest,
        ] {
            assert_eq!(complain(image), None, "{image}");
        }
    }

    #[test]
    fn a_long_name_is_told_with_its_length() {
        let told = complain(&"a/".repeat(200)).unwrap_or_default();
        let (_, told) = told.split_once("/\" ").expect("the name first");
        expect_test::expect!["is not an image: 400 characters are more than 255. Write it as `registry/name:tag`, such as `public.ecr.aws/nginx/nginx:1.27`."].assert_eq(told);
    }
}
