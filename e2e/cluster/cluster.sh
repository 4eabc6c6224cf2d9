#!/usr/bin/env bash
# ./dev cluster: a real Kubernetes on this machine for tests, in network namespaces of its own.
# README.md beside this file explains it.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

# shellcheck source=scripts/prepare.sh
. "$home/scripts/prepare.sh"
# shellcheck source=e2e/cluster/settings.sh
. "$home/e2e/cluster/settings.sh"
# shellcheck source=e2e/cluster/build.sh
. "$here/build.sh"
# shellcheck source=e2e/cluster/processes.sh
. "$here/processes.sh"
# shellcheck source=e2e/cluster/network.sh
. "$here/network.sh"
# shellcheck source=e2e/cluster/pki.sh
. "$here/pki.sh"
# shellcheck source=e2e/cluster/control-plane.sh
. "$here/control-plane.sh"
# shellcheck source=e2e/cluster/node.sh
. "$here/node.sh"
# shellcheck source=e2e/cluster/cert-manager.sh
. "$here/cert-manager.sh"

usage() {
  cat << END
usage: ./dev cluster COMMAND

  up [--nodes N]    builds what is missing, starts what does not run, waits until all is ready
  down              stops everything and removes its state; what was built is kept
  status            nodes, pods, processes, and where the logs are
  kubeconfig        prints the path of the administrator's kubeconfig
  env               prints what a shell needs for kubectl and helm: eval "\$(./dev cluster env)"
  load IMAGE.tar    imports an image into every node
  reboot NODE       kills a node with all its containers, then starts it again; NODE is a number
  build             only builds the programs
  cert-manager [remove]
                    installs cert-manager, which is built first if need be; or removes it
  check             says whether a cluster can be built and run on this machine, and if not, why
END
}

require_host() {
  [ "$(id -u)" = 0 ] || fail "the test cluster needs root (expected: root, for namespaces, mounts and cgroups)"
  require_programs runc:runc iptables:iptables nft:nftables ip:iproute2 openssl:openssl python3:python3 \
    nsenter:util-linux flock:util-linux ps:procps
  [ -x /usr/lib/cni/bridge ] || [ -x /opt/cni/bin/bridge ] || {
    can_install || fail "missing package: containernetworking-plugins"
    apt_install containernetworking-plugins
  }
}

# Prints what is missing, and fails, when there can be no cluster here.
check() {
  local reason=
  if [ "$(id -u)" != 0 ]; then
    reason="needs root"
  elif [ ! -e "$programs/kube" ] && ! find_go; then
    reason="no Go $oldest_go or newer to build Kubernetes with"
  elif ! can_install && ! { command -v runc && command -v iptables && [ -x /usr/lib/cni/bridge ]; } > /dev/null; then
    reason="needs runc, iptables and containernetworking-plugins"
  elif ! ip netns add "gibbon-probe-$$" 2> /dev/null; then
    reason="no network namespaces on this host"
  else
    ip netns delete "gibbon-probe-$$"
  fi
  [ -z "$reason" ] || {
    echo "$reason"
    return 1
  }
}

is_up() {
  is_running etcd && [ "$(cat "$run/programs" 2> /dev/null)" = "$programs" ]
}

require_up() {
  is_up || fail "the test cluster is not up (expected: ./dev cluster up before this)"
}

up() {
  local wanted=1 count node
  case ${1:-} in
    '') ;;
    --nodes)
      wanted=${2:-}
      [[ $wanted =~ ^[1-9]$ ]] || fail "--nodes: $wanted (expected: 1-9)"
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  build_programs
  if [ -e "$run" ] && ! is_up; then
    progress "clearing away what is left of an earlier cluster"
    down
  fi
  count=$(node_count)
  [ "$wanted" -ge "$count" ] || progress "there are $count nodes already, and they stay (./dev cluster down removes them)"
  [ "$count" -ge "$wanted" ] || count=$wanted

  mkdir -p "$run"
  echo "$programs" > "$run/programs"
  make_pki "$count"
  make_network "$count"
  start_api_server
  for ((node = 1; node <= count; node++)); do
    start_containerd "$node"
  done
  for ((node = 1; node <= count; node++)); do
    import_own_images "$node"
  done
  await_api_server
  progress "the API server is ready"
  start_controllers
  for ((node = 1; node <= count; node++)); do
    start_kubelet "$node"
  done
  sed "s|@DNS@|$dns_address|" "$here/config/coredns.yaml" | kubectl apply --server-side -f - > /dev/null
  for ((node = 1; node <= count; node++)); do
    await_node "$node"
    progress "node$node is ready"
  done
  kubectl -n kube-system rollout status deployment/coredns --timeout 90s > /dev/null ||
    fail "CoreDNS does not become available; see: ./dev cluster status"
  progress "CoreDNS is available"
  echo "KUBECONFIG=$admin"
}

down() {
  local count node
  count=$(node_count)
  for ((node = 1; node <= count; node++)); do
    stop_node "$node"
  done
  stop_control_plane
  awk -v run="$run/" 'index($5, run) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
    while read -r mount; do
      umount --lazy "$mount" 2> /dev/null || true
    done
  remove_network
  for ((node = 1; node <= count; node++)); do
    remove_traces_of_node "$node"
  done
  # A volume that is still mounted is somebody's data.
  rm -rf --one-file-system "$run"
}

status() {
  local file name
  require_up
  echo "KUBECONFIG=$admin"
  echo "Kubernetes $(module_version k8s.io/kubernetes), logs in $logs"
  for file in "$run"/pids/*; do
    name=$(basename "$file")
    is_running "$name" || echo "NOT RUNNING: $name (see $logs/$name.log; ./dev cluster up starts it)"
  done
  kubectl get nodes
  echo
  kubectl get pods --all-namespaces
}

load() {
  local image=${1:-} count node
  [ -r "$image" ] || fail "load: ${image:-no file} (expected: an image as a tar file, OCI layout or docker save)"
  require_up
  count=$(node_count)
  for ((node = 1; node <= count; node++)); do
    ctr "$node" images import "$image" | sed "s/^/node$node: /"
  done
}

reboot() {
  local node=${1:-} off
  require_up
  if ! [[ $node =~ ^[1-9]$ ]] || [ "$node" -gt "$(node_count)" ]; then
    fail "reboot: ${node:-no node} (expected: a number from 1 to $(node_count))"
  fi
  stop_node "$node"
  progress "node$node is off"
  off=$(date --utc +%Y-%m-%dT%H:%M:%S)
  start_containerd "$node"
  import_own_images "$node"
  start_kubelet "$node"
  wait_for 60 "kubelet-$node" "node$node to report" has_reported_since "$node" "$off"
  await_node "$node"
  progress "node$node is ready"
}

# One at a time; a second caller waits.
locked() {
  mkdir -p "$state"
  exec 9> "$state/lock"
  flock --nonblock 9 || {
    progress "waiting for another ./dev cluster"
    flock 9
  }
  "$@"
}

command=${1:-help}
[ $# = 0 ] || shift
case $command in
  up | down | load | reboot)
    require_host
    locked "$command" "$@"
    ;;
  build)
    require_programs python3:python3 flock:util-linux
    locked build_programs
    ;;
  cert-manager)
    case ${1:-} in
      '') locked install_cert_manager ;;
      remove) locked remove_cert_manager ;;
      *)
        usage >&2
        exit 2
        ;;
    esac
    ;;
  check | status)
    "$command"
    ;;
  kubeconfig)
    require_up
    echo "$admin"
    ;;
  env)
    require_up
    echo "export KUBECONFIG='$admin'"
    echo "export PATH=\"$programs:\$PATH\""
    ;;
  help | --help | -h)
    usage
    ;;
  *)
    say "$command is not a command of ./dev cluster"
    usage >&2
    exit 2
    ;;
esac
