# shellcheck shell=bash
# Builds the cluster's programs from Go modules. The versions are those of components/go.mod.

# The oldest Go that fetches the one that go.mod asks for by itself.
oldest_go=1.21

# Sets `go` to the command of a Go that will do.
find_go() {
  local candidate version
  for candidate in "$(command -v go || true)" /usr/local/go/bin/go /usr/lib/go/bin/go "$HOME/go/bin/go"; do
    [ -x "$candidate" ] || continue
    version=$("$candidate" env GOVERSION 2> /dev/null) || continue
    version=${version#go}
    if [ "$(printf '%s\n' "$oldest_go" "$version" | sort -V | head -n 1)" = "$oldest_go" ]; then
      go=$candidate
      return 0
    fi
  done
  return 1
}

module_version() {
  awk -v module="$1" '$1 == module { print $2; exit }' "$here/components/go.mod"
}

# Unstamped, kubectl and helm refuse to compare versions. All values are fixed, so that two builds of
# one commit are equal.
linker_flags() {
  local kubernetes flags package
  kubernetes=$(module_version k8s.io/kubernetes)
  flags="-s -w -buildid="
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    flags="$flags -X $package.gitVersion=$kubernetes"
    flags="$flags -X $package.gitMajor=$(echo "${kubernetes#v}" | cut -d . -f 1)"
    flags="$flags -X $package.gitMinor=$(echo "$kubernetes" | cut -d . -f 2)"
    flags="$flags -X $package.gitTreeState=clean"
    flags="$flags -X $package.gitCommit=0000000000000000000000000000000000000000"
    flags="$flags -X $package.buildDate=1970-01-01T00:00:00Z"
  done
  flags="$flags -X github.com/containerd/containerd/v2/version.Version=$(module_version github.com/containerd/containerd/v2)"
  flags="$flags -X helm.sh/helm/v4/internal/version.version=$(module_version helm.sh/helm/v4)"
  echo "$flags"
}

compile() {
  cd "$here/components" || return 1
  CGO_ENABLED=0 GOFLAGS='' nice -n 10 "$go" build -trimpath -buildvcs=false \
    -tags 'no_btrfs no_devmapper no_zfs no_aufs' -ldflags "$(linker_flags)" -o "$1/" \
    ./kube ./coredns ./pause helm.sh/helm/v4/cmd/helm \
    github.com/containerd/containerd/v2/cmd/containerd \
    github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2 \
    github.com/containerd/containerd/v2/cmd/ctr
}

# Waits for a process and says every half minute that it is still at work.
wait_with_progress() {
  local pid=$1 what=$2 ticks=0
  while kill -0 "$pid" 2> /dev/null; do
    sleep 1
    ticks=$((ticks + 1))
    [ $((ticks % 30)) != 0 ] || progress "still $what"
  done
  wait "$pid"
}

build_programs() {
  [ -e "$programs/kube" ] && return 0
  find_go || fail "no Go $oldest_go or newer found in PATH, /usr/local/go, /usr/lib/go and ~/go" \
    "(expected: any Go from $oldest_go on; it fetches the version that e2e/cluster/components/go.mod names)"
  local building=$programs.building name log=$state/build.log
  mkdir -p "$building"
  progress "building Kubernetes $(module_version k8s.io/kubernetes)" \
    "from Go modules (once; about 12 minutes on 2 cores with nothing cached)"
  compile "$building" > "$log" 2>&1 &
  wait_with_progress $! "building Kubernetes" || {
    grep -v '^go: downloading' "$log" | tail -n 20 >&2
    fail "cannot build the cluster's programs; all messages are in $log"
  }
  for name in etcd kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubectl; do
    ln -sfn kube "$building/$name"
  done
  build_image "$building" pause
  build_image "$building" coredns
  mv "$building" "$programs"
  progress "built the cluster's programs"
}

# An image of one statically linked program.
build_image() {
  python3 "$home/images/static_image.py" "$1/$2" "gibbon.dev/cluster/$2:1" "$1/$2.tar"
}
