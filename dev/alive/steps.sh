# Sourced by whatever may run for long: nothing here is silent for more than ten seconds.
#
#   step NAME              prints what begins, and how long it took elsewhere: a row of the table "Times" in CONTRIBUTING.md
#   alive WHAT COMMAND...  runs a command that prints nothing, and says every nine seconds that it still runs
#   compile WHAT ARGS...   the same for cargo, which shows its own progress in a terminal

took() {
	awk -F ' *[|] *' -v name="$1" '$2 == name { print $3 " the first time, then " $4; found = 1 } END { exit !found }' \
		"$(dirname "${BASH_SOURCE[0]}")/../../CONTRIBUTING.md" || {
		echo "The table of times in CONTRIBUTING.md has no row \"$1\"." >&2
		return 1
	}
}

step() {
	echo "== $1 (elsewhere, on two cores: $(took "$1"))"
}

# In the background, until it is killed or the shell that began it is gone: a Ctrl-C does not reach what runs in the background.
heartbeat() {
	local began=$SECONDS next=9 shell=$$
	while sleep 1 && kill -0 "$shell" 2>/dev/null; do
		if ((SECONDS - began >= next)); then
			echo "   $1: $((SECONDS - began)) s so far"
			next=$((SECONDS - began + 9))
		fi
	done >&2
}

alive() {
	local heart failed=0
	heartbeat "$1" &
	heart=$!
	"${@:2}" || failed=$?
	kill "$heart" && wait "$heart" 2>/dev/null || true
	return $failed
}

compile() {
	if [ -t 2 ]; then cargo "${@:2}"; else alive "$1" cargo --quiet "${@:2}"; fi
}
