#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# mpirun.sh PROGRAM MPIRUN: the program over ranks of mpirun says what it says alone; a rank that is killed ends the
# search with what was found; the checkpoint goes on over another number of ranks, and alone.
set -u
pfnscope=$1
mpirun=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
complain() {
    echo "$1" >&2
    failures=$((failures + 1))
}
ranks() {
    local count=$1
    shift
    "$mpirun" --allow-run-as-root --oversubscribe "${parameters[@]}" -n "$count" "$pfnscope" "$@"
}
parameters=()
without_speed() { sed -E 's/"(seconds|states_per_second|bytes_per_state)":[^,]*,//g' "$1"; }
same() { # FILE FILE WHAT
    [ -s "$1" ] && [ "$(without_speed "$1")" = "$(without_speed "$2")" ] || complain "$3 is not what one process says: $(head -c 400 "$1")"
}

depth3=(explore --option C --option mainline --depth 3 --json)
"$pfnscope" "${depth3[@]}" >"$folder/one" || complain "one process failed"
for count in 2 4; do
    ranks $count "${depth3[@]}" >"$folder/many" || complain "$count ranks failed"
    same "$folder/many" "$folder/one" "what $count ranks say"
done

pairs=(schedule --option rfc-v1 --option mainline --match "remaps later: remap_pfn_range 0x100000000000 2M /" --json)
"$pfnscope" "${pairs[@]}" >"$folder/one"
[ $? = 1 ] || complain "one process finds no race"
# A status of 1, for races found, is no reason to end the others.
parameters=(--mca orte_abort_on_non_zero_status 0)
ranks 3 "${pairs[@]}" >"$folder/many" 2>/dev/null
same "$folder/many" "$folder/one" "what 3 ranks say of schedules"
ranks 3 "${pairs[@]}" --save "$folder/races" >"$folder/many" 2>/dev/null
[ "$(ls "$folder/races" | wc -l)" = "$(grep -c '"preemptions"' "$folder/one")" ] || complain "3 ranks do not save each race once"
parameters=()

ranks 2 explore --option nobody 2>"$folder/error" && complain "an unknown option is accepted"
[ "$(grep -c "unknown name 'nobody'" "$folder/error")" = 1 ] || complain "an error should be said once: $(cat "$folder/error")"

# mpirun asks the other ranks to stop when one has died, and kills them a second later: on a busy machine too soon.
parameters=(--mca odls_base_sigkill_timeout 15)
killed=(explore --option B --depth 5 --checkpoint "$folder/kept" --checkpoint-every 0)
ranks 3 "${killed[@]}" >"$folder/killed" 2>"$folder/error" &
job=$!
while [ ! -s "$folder/kept" ] && kill -0 $job 2>/dev/null; do sleep 0.05; done
for process in /proc/[0-9]*; do
    if { tr '\0' '\n' <"$process/environ"; } 2>/dev/null | grep -qx OMPI_COMM_WORLD_RANK=1 &&
        tr '\0' '\n' <"$process/cmdline" | grep -qxF "$folder/kept"; then
        kill -9 "${process#/proc/}"
    fi
done
wait $job && complain "a search that lost a rank should not end well"
grep -q 'B: depth [0-9]*, [0-9]* states.*; a rank is gone' "$folder/killed" ||
    complain "the rank is not missed: $(cat "$folder/killed" "$folder/error")"

parameters=()
whole=(explore --option B --depth 5 --json)
"$pfnscope" "${whole[@]}" >"$folder/one" || complain "one process failed"
cp "$folder/kept" "$folder/kept-too"
ranks 2 "${whole[@]}" --resume "$folder/kept" >"$folder/many" || complain "2 ranks do not go on"
same "$folder/many" "$folder/one" "what 2 ranks say after a checkpoint of 3"
"$pfnscope" "${whole[@]}" --resume "$folder/kept-too" >"$folder/alone" || complain "one process does not go on"
same "$folder/alone" "$folder/one" "what one process says after a checkpoint of 3 ranks"
exit $((failures > 0))
