# shellcheck shell=bash disable=SC2034 # read by the scripts that read this one in
# Where the cluster lives, what its parts are called, and its addresses. Everything that it leaves on
# the host is under $state or carries the prefix `gibbon-node`.

here=$home/e2e/cluster

# What is kept between runs: programs, by a hash of what they are made from.
state=${XDG_CACHE_HOME:-$HOME/.cache}/gibbon/cluster
programs=$state/programs-$(cd "$here" && sha256sum build.sh components/go.* components/*/*.go | sha256sum | cut -c 1-16)

# What is there while the cluster is: etcd's data, certificates, logs, one directory for each node.
run=$state/run
logs=$run/logs
pki=$run/pki
admin=$pki/admin.kubeconfig

# Addresses that are unlikely to be in use. The host has an end of the nodes' network, and routes to
# pods and Services over it, so that tests on the host reach them.
nodes_network=10.203.0
nodes_prefix=24
host_address=$nodes_network.254
pods_network=10.204
services_network=10.205.0.0/16
api_service_address=10.205.0.1
dns_address=10.205.0.10
host_link=gibbon-nodes

api_server=https://$nodes_network.1:6443

# The number of nodes that there are, or 0.
node_count() {
  local count=0
  while [ -d "$run/node$((count + 1))" ]; do
    count=$((count + 1))
  done
  echo "$count"
}

node_directory() {
  echo "$run/node$1"
}

node_address() {
  echo "$nodes_network.$1"
}

# in_node NUMBER COMMAND...: runs it in the node's network namespace. Not by `ip netns exec`, which
# hides /sys/fs/cgroup.
in_node() {
  local node=$1
  shift
  nsenter --net="/run/netns/gibbon-node$node" -- "$@"
}

kubectl() {
  "$programs/kubectl" --kubeconfig "$admin" "$@"
}

# ctr NUMBER ARGUMENTS...: the client of that node's containerd.
ctr() {
  local node=$1
  shift
  "$programs/ctr" --address "$(node_directory "$node")/containerd.sock" --namespace k8s.io "$@" \
    2> >(grep -vF 'support for cgroup v1 is deprecated' >&2)
}

# Seconds since the start of the script, before each line of progress.
progress() {
  printf '%4d s  %s\n' "$SECONDS" "$*" >&2
}
