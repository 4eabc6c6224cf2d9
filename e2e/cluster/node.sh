# shellcheck shell=bash
# A node: containerd, kubelet and kube-proxy in the node's network namespace.

start_containerd() {
  local node=$1 directory
  directory=$(node_directory "$node")
  mkdir -p "$directory/cni"
  render containerd.toml "$node" "$directory/containerd.toml"
  render pods.conflist "$node" "$directory/cni/pods.conflist"
  # containerd looks for its shim in the PATH.
  PATH=$programs:$PATH start "containerd-$node" "$node" \
    "$programs/containerd" --config "$directory/containerd.toml"
}

# The images that every node needs. Importing again takes a second, so what was imported is noted.
import_own_images() {
  local node=$1 image marker
  wait_for 30 "containerd-$node" "containerd of node$node" ctr "$node" version
  for image in pause coredns; do
    marker=$(node_directory "$node")/$image.imported
    [ ! -e "$marker" ] || continue
    ctr "$node" images import "$programs/$image.tar" > /dev/null
    touch "$marker"
  done
}

start_kubelet() {
  local node=$1 directory
  directory=$(node_directory "$node")
  make_cgroup "gibbon-node$node"
  # CoreDNS has nobody to ask; pods that ask for the node's own resolver get no answer.
  echo "nameserver 127.0.0.1" > "$directory/resolv.conf"
  render kubelet.yaml "$node" "$directory/kubelet.yaml"
  start "kubelet-$node" "$node" "$programs/kubelet" --config "$directory/kubelet.yaml" \
    --kubeconfig "$pki/node$node.kubeconfig" --root-dir "$directory/kubelet" \
    --cert-dir "$directory/kubelet/pki" --hostname-override "node$node" --node-ip "$(node_address "$node")"
  render kube-proxy.yaml "$node" "$directory/kube-proxy.yaml"
  start "kube-proxy-$node" "$node" "$programs/kube-proxy" --config "$directory/kube-proxy.yaml"
}

await_node() {
  wait_for 60 "kubelet-$1" "node$1 to be ready" kubectl wait "node/node$1" --for condition=Ready --timeout 1s
}

# Whether the kubelet has reported since then; the node's condition stays true for a while without it.
has_reported_since() {
  local renewed
  renewed=$(kubectl -n kube-node-lease get lease "node$1" -o 'jsonpath={.spec.renewTime}') || return 1
  [[ $renewed > $2 ]]
}

# render TEMPLATE NODE FILE: fills in the template. A file that would not change is left alone:
# kube-proxy ends when its configuration is written, even with the same text.
render() {
  local node=$2
  sed -e "s|@NODE@|$node|g" -e "s|@ADDRESS@|$(node_address "$node")|g" \
    -e "s|@DIRECTORY@|$(node_directory "$node")|g" -e "s|@PKI@|$pki|g" \
    -e "s|@PODS@|$pods_network|g" -e "s|@DNS@|$dns_address|g" \
    "$here/config/$1" > "$3.new"
  if cmp -s "$3.new" "$3"; then
    rm "$3.new"
  else
    mv "$3.new" "$3"
  fi
}

# A cgroup for each node: under a common one, two kubelets would remove each other's pods.
make_cgroup() {
  local hierarchy
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    mkdir -p "/sys/fs/cgroup/$1"
    return
  fi
  for hierarchy in /sys/fs/cgroup/*/; do
    [ "$hierarchy" != /sys/fs/cgroup/unified/ ] || continue
    mkdir -p "$hierarchy$1"
    if [ -e "${hierarchy}cpuset.cpus" ]; then
      cat "${hierarchy}cpuset.cpus" > "$hierarchy$1/cpuset.cpus"
      cat "${hierarchy}cpuset.mems" > "$hierarchy$1/cpuset.mems"
    fi
  done
}

cgroups_of_node() {
  find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -type d -name "gibbon-node$1" 2> /dev/null
}

# As when somebody pulls the plug: all containers die at once.
stop_node() {
  local node=$1 cgroup socket
  stop "kubelet-$node" KILL
  stop "kube-proxy-$node" KILL
  socket=$(node_directory "$node")/containerd.sock
  # Shims first; else they report what happens to their containers.
  ps -e -o pid= -o args= | awk -v socket="$socket" '/containerd-shim-runc-v2/ && index($0, socket) { print $1 }' |
    xargs -r kill -KILL 2> /dev/null || true
  cgroups_of_node "$node" | while read -r cgroup; do
    find "$cgroup" -name cgroup.procs -exec cat {} + 2> /dev/null
  done | sort -u | xargs -r kill -KILL 2> /dev/null || true
  stop "containerd-$node" TERM
}

# What a stopped node leaves outside of its directory.
remove_traces_of_node() {
  local node=$1 cgroup
  cgroups_of_node "$node" | while read -r cgroup; do
    find "$cgroup" -depth -type d -exec rmdir {} \; 2> /dev/null || true
  done
  rm -f "/var/lib/cni/results/gibbon-node$node-"*
  find /var/log/containers -lname "$(node_directory "$node")/*" -delete 2> /dev/null || true
}
