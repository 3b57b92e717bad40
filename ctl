#!/bin/bash
# Starts ctl vm: finds this checkout and a Java 25, builds the jar on first use, and becomes the JVM.
#
#   CTL_JAVA_HOME  the JDK to use; otherwise $JAVA_HOME, the java on the PATH, the newest in /usr/lib/jvm
#
# Between here and exec nothing is forked once the jar is built: a fork costs more than all the rest of this file.
set -euo pipefail

readonly oldest_java=25
# What Java takes at least before it does anything: with less it does not come up.
readonly least_memory_mib=1024 least_data_mib=512 least_threads=24

fail() {
    printf '[FAIL] %s\n' "$1" >&2
    exit 1
}

# Sets $checkout to the folder that this file really stands in, and $launcher to this file.
find_checkout() {
    local self=${BASH_SOURCE[0]}
    if [[ -L $self ]]; then
        self=$(readlink -f -- "$self")
    fi
    [[ $self == */* ]] || self=./$self
    checkout=${self%/*}
    # No cd: the working folder stays the user's, and may be one that cannot be entered a second time.
    case $checkout in
        '') checkout=/ ;;
        .) checkout=$PWD ;;
        ./*) checkout=$PWD/${checkout#./} ;;
        /*) ;;
        *) checkout=$PWD/$checkout ;;
    esac
    launcher=${checkout%/}/${self##*/}
}

# Sets $java_version to the feature number of the Java in folder $1, or to 0. The release file says it; starting that
# Java to ask it would take longer than the command that the user wants to run.
read_java_version() {
    local key value
    java_version=0
    [[ -x $1/bin/java && -r $1/release ]] || return 0
    while IFS='=' read -r key value; do
        if [[ $key == JAVA_VERSION && $value =~ ^\"?([0-9]+) ]]; then
            java_version=${BASH_REMATCH[1]}
            return 0
        fi
    done <"$1/release"
}

# Sets $java_home to the first folder of those given that holds a new enough Java.
choose_java() {
    local candidate
    for candidate in "$@"; do
        [[ -n $candidate ]] || continue
        read_java_version "$candidate"
        if ((java_version >= oldest_java)); then
            java_home=$candidate
            return 0
        fi
    done
    return 1
}

# Sets $java_on_path to the home of the java on the PATH, or to nothing. That java is mostly a chain of links into
# /usr/lib/jvm: to compare it with what stands there costs no fork.
find_java_on_path() {
    local folder folders home
    java_on_path=''
    IFS=: read -r -a folders <<<"${PATH:-}"
    for folder in "${folders[@]}"; do
        [[ -f $folder/java && -x $folder/java ]] || continue
        for home in /usr/lib/jvm/*; do
            if [[ $folder/java -ef $home/bin/java ]]; then
                java_on_path=$home
                return
            fi
        done
        java_on_path=$(readlink -f -- "$folder/java")
        java_on_path=${java_on_path%/bin/java}
        return
    done
}

# Sets $newest_java to the newest Java in /usr/lib/jvm, or to nothing.
find_newest_java() {
    local home newest_version=0
    newest_java=''
    for home in /usr/lib/jvm/*; do
        read_java_version "$home"
        if ((java_version > newest_version)); then
            newest_version=$java_version
            newest_java=$home
        fi
    done
}

find_java() {
    if [[ -n $installed ]]; then
        java_home=$checkout/runtime
        return
    fi
    choose_java "${CTL_JAVA_HOME:-}" "${JAVA_HOME:-}" && return
    find_java_on_path
    choose_java "$java_on_path" && return
    find_newest_java
    choose_java "$newest_java" && return
    fail "ctl vm needs Java $oldest_java or newer: set CTL_JAVA_HOME or JAVA_HOME to one, or install one as $checkout/docs/installing.md says"
}

# The jar is to be built when there is none, when a build did not end well (its log is still there: the jar may be
# torn), and when a source has changed since. A user who cannot write the checkout runs the jar that there is.
needs_build() {
    [[ ! -e $jar || ! -e $choice || ! -e $sources_list || -e $build_log ]] || { [[ -w $checkout/target ]] && has_newer_source; }
}

# Whether a source is newer than the jar; a folder is when a file in it was added, removed or replaced, as git does it. The
# build has listed both: to look for them takes twice as long as to ask for the time of each (2 ms).
has_newer_source() {
    local source sources
    mapfile -t sources <"$sources_list"
    for source in "${sources[@]}"; do
        [[ ! $checkout/$source -nt $jar ]] || return 0
    done
    return 1
}

# Two launchers must not build at once. The lock is on the checkout's folder itself: there is no lock file to remove, and
# the kernel gives the lock back however the holder dies. Maven inherits it, so it outlives a launcher that is killed.
build() {
    exec {lock}<"$checkout"
    if ! flock --nonblock "$lock"; then
        printf '[INFO] waiting for another ctl vm that builds\n' >&2
        flock "$lock"
    fi
    if needs_build; then
        run_maven
    fi
    exec {lock}<&-
}

run_maven() {
    local why='first use'
    [[ -e $jar ]] && why='changed since the last build'
    type -P mvn >/dev/null || fail "ctl vm is not built yet, and that needs Maven: install maven"
    # Subshells keep bash's own words about a folder that cannot be written out of the user's sight.
    (mkdir -p "$checkout/target" && : >"$build_log") 2>/dev/null ||
        fail "ctl vm is not built yet, and $checkout cannot be written: ask its owner to run ctl once"
    printf '[INFO] building ctl vm (%s; this takes a minute)\n' "$why" >&2

    # A running ctl vm has the old jar open: it keeps that file, as Maven writes a new one.
    rm -f "$jar" "$choice" "$program"/*.aot
    local started=$EPOCHREALTIME
    # Without a standard input of its own, Maven could swallow the package that is piped to this command.
    if ! package </dev/null >"$build_log" 2>&1; then
        tail -n 15 "$build_log" >&2
        fail "building ctl vm failed; all that Maven said is in $build_log"
    fi
    # What is edited while Maven runs may not be in the jar: it is newer than this.
    touch -d "@$started" "$jar"
    rm "$build_log"
}

package() (
    # With a JDK, Maven builds with the Java that will run; with a mere JRE it has to find a compiler by itself.
    if [[ -x $java_home/bin/javac ]]; then
        export JAVA_HOME=$java_home
    fi
    exec mvn -B -q -DskipTests -Dbundle.skip -f "$checkout/pom.xml" package
)

# What the JVM opens first would take the number of a stream that is closed, and be written to or read as that stream.
open_closed_streams() {
    [[ -e /proc/self/fd/0 ]] || exec 0</dev/null
    [[ -e /proc/self/fd/1 ]] || exec 1>/dev/full
    [[ -e /proc/self/fd/2 ]] || exec 2>/dev/null
}

# Where a limit of the shell is so tight that Java cannot come up, Java would say so in a page of its own, and after the exec there
# is nobody else who could. Sets $limited where the address space is limited at all.
look_at_limits() {
    local line limits
    limited=''
    mapfile -t limits </proc/self/limits
    for line in "${limits[@]}"; do
        case $line in
            'Max address space '*) require_limit "${line#Max address space}" "$least_memory_mib" 20 'MiB of memory (ulimit -v)' && limited=yes ;;
            'Max data size '*) require_limit "${line#Max data size}" "$least_data_mib" 20 'MiB of data (ulimit -d)' || : ;;
            # Root may have as many as there can be.
            'Max processes '*) ((EUID == 0)) || require_limit "${line#Max processes}" "$least_threads" 0 'threads (ulimit -u)' || : ;;
        esac
    done
}

# Returns whether there is a limit: the first word of $1, in units of two to the power of $3.
require_limit() {
    local allowed=${1#"${1%%[! ]*}"}
    allowed=${allowed%% *}
    [[ $allowed != unlimited ]] || return 1
    ((allowed >> $3 >= $2)) || fail "this shell allows $((allowed >> $3)) $4, and ctl vm needs $2: allow more, and run the same command again"
}

open_closed_streams
look_at_limits
[[ $PWD -ef . ]] || fail "the folder that you are in no longer exists: change to another one"
find_checkout
# What is installed brings its own Java, is never built, and leaves the choice of the root to the program.
installed=''
home=("-Dctl.home=$checkout")
program=$checkout/target
if [[ -x $checkout/runtime/bin/java ]]; then
    installed=yes
    home=()
    program=$checkout/app
fi
readonly jar=$program/ctl-vm.jar
readonly choice=$program/choose-start.bash
readonly sources_list=$program/sources.list
readonly build_log=$checkout/target/build.log

# Under any other locale the JVM could not open a file with a name like "asdfölkj".
export LC_ALL=C.UTF-8

find_java
if [[ -z $installed ]] && needs_build; then
    build
fi

# The JVM cannot tell which of its streams are a terminal.
terminal=''
for stream in 0 1 2; do
    [[ -t $stream ]] && terminal+=$stream
done

# To ask the kernel for the size of the window, a call of C, takes the JVM 35 ms; bash looks whenever a child has ended (1 ms).
window=''
if [[ $terminal == *2* ]]; then
    shopt -s checkwinsize
    (:)
    window=${COLUMNS:-}x${LINES:-}
fi

# Sets $start to what the command needs. The build makes that file from the definitions of the commands.
source "$choice"
choose_start "$@"

# The JVM reads all of its cache at each start: what leaves the journal's database closed has a small one, and only what packs,
# unpacks or digests has a large one.
cache=$program/ctl-vm-$start.aot

# What most commands are over before the JVM has warmed up for: the quick compiler alone starts fastest. It has no fast
# SHA-256, though (measured: 80 instead of 1,400 MB/s), and what digests whole images does need it. A clone does not: the
# kernel copies it. What is called seldom is interpreted, as to compile it takes longer: 6 to 7 % less work for list and
# audit, which counts where many run at once.
compilers=(-XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=3)
if [[ $start == packages ]]; then
    # The fast SHA-256 comes with the first compilation, which would otherwise wait behind a hundred others.
    compilers=(-XX:CompileCommand=quiet
        -XX:CompileCommand=CompileThresholdScaling,sun.security.provider.DigestBase::implCompressMultiBlock0,0.001)
fi

# Whatever a package holds, the process takes less than 256 MiB: what is young is collected early, as it makes room for a
# window of zstd of 128 MiB (docs/security.md).
memory=(-Xmx192m -XX:MaxNewSize=8m)
if [[ $limited ]]; then
    # Java and the C library reserve some GiB of addresses that they never use.
    memory+=(-XX:CompressedClassSpaceSize=64m -XX:ReservedCodeCacheSize=64m)
    export MALLOC_ARENA_MAX=2
fi

# What Java reports when it breaks itself goes to a private folder, never to the user's working folder.
report=/dev/null
for folder in "${XDG_RUNTIME_DIR:-}" "$program"; do
    if [[ -n $folder && -d $folder && -w $folder && -O $folder ]]; then
        report=$folder/ctl-vm-java-%p.log
        break
    fi
done

# The JVM says nothing by itself: without the cache, or with one of another Java or another jar, it only starts slower.
# It would put the cache at another address each time, which means to write all over it (10 ms): ArchiveRelocationMode=0. It would
# compile first thing what was called most when the cache was made, on a processor that something else needs (15 ms):
# AOTReplayTraining. With -jar it would open and read the jar as well as the cache (9 ms). A Java that has dropped one of
# these options ignores it.
exec "$java_home/bin/java" -XX:+UseSerialGC "${compilers[@]}" -XX:-UsePerfData "${memory[@]}" -XX:ErrorFile="$report" -XX:AOTCache="$cache" -Xlog:disable \
    -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:-AOTReplayTraining --enable-native-access=ALL-UNNAMED \
    "${home[@]}" -Dctl.launcher="$launcher" -Dctl.terminal="$terminal" -Dctl.window="$window" -cp "$jar" ctl.Main "$@"
