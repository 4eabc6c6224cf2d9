# shellcheck shell=sh
# What ./gibbon and ./dev share: finding a JDK, installing what is missing, building.
# To be read in with `.` after `home` has been set to the directory of the checkout.

: "${home:?the directory of the checkout}"

required_java=25

# Programs of the system administrator are often not in the PATH of a user's shell.
PATH=$PATH:/usr/sbin:/sbin
export PATH

say() {
  echo "gibbon: $*" >&2
}

fail() {
  say "$@"
  exit 1
}

# Whether a directory holds a JDK (not just a JRE) that is new enough. Reads its release file
# instead of starting it, which would take a second for each candidate.
is_jdk() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ "${major:-0}" -ge "$required_java" ]
}

# Sets JAVA_HOME to a JDK that is new enough. Fails quietly when there is none.
find_jdk() {
  if [ -n "${GIBBON_JAVA_HOME:-}" ]; then
    is_jdk "$GIBBON_JAVA_HOME" ||
      fail "GIBBON_JAVA_HOME: $GIBBON_JAVA_HOME (expected: the directory of a JDK $required_java or newer)"
    JAVA_HOME=$GIBBON_JAVA_HOME
    export JAVA_HOME
    return 0
  fi
  on_path=$(command -v java || true)
  on_path=$(readlink -f "${on_path:-/nonexistent}" || true)
  for candidate in "${JAVA_HOME:-}" "${on_path%/bin/java}" /usr/lib/jvm/* /opt/*; do
    if [ -n "$candidate" ] && is_jdk "$candidate"; then
      JAVA_HOME=$candidate
      export JAVA_HOME
      return 0
    fi
  done
  return 1
}

can_install() {
  [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] && command -v apt-get > /dev/null
}

apt_updated=no

apt_update() {
  if [ "$apt_updated" = no ]; then
    say "reading the lists of packages"
    DEBIAN_FRONTEND=noninteractive apt-get update -qq > /dev/null ||
      say "apt-get update failed; going on with the lists as they are"
    apt_updated=yes
  fi
}

apt_install() {
  apt_update
  say "installing $*"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null 2>&1 ||
    fail "cannot install $*; see: apt-get install $*"
  for package in "$@"; do
    say "installed package $package"
  done
}

# require_programs PROGRAM:PACKAGE...: installs the packages of programs that are missing, or says
# which they are.
require_programs() {
  missing=
  for pair in "$@"; do
    command -v "${pair%%:*}" > /dev/null || missing="$missing ${pair#*:}"
  done
  [ -z "$missing" ] && return 0
  if can_install; then
    # shellcheck disable=SC2086 # one word for each package
    apt_install $missing
  else
    fail "missing packages:$missing (on Debian and Ubuntu, as root: apt-get install$missing)"
  fi
}

require_jdk() {
  find_jdk && return 0
  package=openjdk-$required_java-jdk-headless
  if can_install; then
    apt_update
    if apt-cache show "$package" > /dev/null 2>&1; then
      apt_install "$package"
      find_jdk && return 0
    fi
  fi
  fail "no JDK $required_java found in GIBBON_JAVA_HOME, JAVA_HOME, PATH, /usr/lib/jvm and /opt" \
    "(install package $package where there is one, else any build of JDK $required_java, and set GIBBON_JAVA_HOME to its directory)"
}

# What the tests and the demonstration call.
require_test_programs() {
  require_programs nft:nftables iptables:iptables ncat:ncat curl:curl tcpdump:tcpdump \
    ip:iproute2 openssl:openssl python3:python3
}

built=$home/cli/target/built

is_built() {
  [ -e "$built" ] || return 1
  # Sources, and the build files themselves.
  [ -z "$(find "$home"/pom.xml "$home"/*/pom.xml "$home"/*/src/main -newer "$built" 2> /dev/null | head -n 1)" ]
}

# Builds the checkout when its sources are newer than what was built. Two callers at once wait for
# each other.
ensure_built() {
  is_built && return 0
  require_programs mvn:maven flock:util-linux
  mkdir -p "$home/cli/target"
  (
    flock 9
    is_built && exit 0
    say "building (the first time takes a minute or two)"
    # What is changed during the build must count as newer.
    touch "$built.started"
    rm -rf "$home/cli/target/lib" "$home/operator/target/lib"
    cd "$home"
    mvn -q -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true package \
      > "$home/cli/target/build.log" 2>&1 || {
      cat "$home/cli/target/build.log" >&2
      exit 1
    }
    mv "$built.started" "$built"
  ) 9> "$home/cli/target/build.lock" || fail "the build has failed"
}
