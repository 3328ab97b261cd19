# Sourced by scripts that make something once and keep it: `cached NAME INPUT... -- COMMAND...` prints a folder.
#
# The folder is named by a hash of its inputs (files and folders), so a second clone finds it and a change makes a new one.
# COMMAND fills a temporary folder, given as its last argument, that is renamed when the command has succeeded: a folder
# that exists is whole, and two builders at once do no harm. Whatever COMMAND prints goes to stderr, and a line every ten seconds.

source "$(dirname "${BASH_SOURCE[0]}")/../alive/steps.sh"

cache_root() {
	local root="${XDG_CACHE_HOME:-${HOME:-}/.cache}/fargate-dev"
	if ! mkdir -p "$root" 2>/dev/null || [ ! -w "$root" ]; then # no home, or a read-only one: keep it in the clone
		root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/target/fargate-dev"
		mkdir -p "$root"
	fi
	echo "$root"
}

sha256() {
	if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}

# Contents and names relative to each input, so that the place of the clone does not count.
hash_of() {
	{
		uname -sm
		local input
		for input in "$@"; do
			if [ -d "$input" ]; then
				(cd "$input" && find . -type f ! -path '*/node_modules/*' ! -path '*/__pycache__/*' ! -path './bin/*' -print | LC_ALL=C sort |
					while read -r file; do sha256 "$file"; done)
			else
				sha256 <"$input"
			fi
		done
	} | sha256 | cut -c1-12
}

cached() {
	local name="$1" inputs=()
	shift
	while [ "$1" != -- ]; do
		inputs+=("$1")
		shift
	done
	shift
	local folder making
	folder="$(cache_root)/$name-$(hash_of "${inputs[@]}")"
	if [ ! -d "$folder" ]; then
		making="$(mktemp -d "$folder.making-XXXXXX")"
		chmod 755 "$making"
		# Not as a condition, so not by `alive`: bash would go on after a failed step inside of one.
		local failed heart
		heartbeat "$name" &
		heart=$!
		set +e
		(
			set -e
			"$@" "$making"
		) >&2
		failed=$?
		kill "$heart" && wait "$heart" 2>/dev/null
		set -e
		if [ $failed != 0 ]; then
			rm -rf "$making"
			return 1
		fi
		# Someone else may have been faster: then `mv` would put ours inside theirs.
		if [ -d "$folder" ]; then rm -rf "$making"; else mv "$making" "$folder"; fi
	fi
	echo "$folder"
}
