# shellcheck shell=bash
# The network: a namespace for each node, joined by a bridge in the first one. The host has an end of
# it too. No rule of the host is changed.

make_network() {
  local count=$1 node other
  modprobe br_netfilter 2> /dev/null || true
  for ((node = 1; node <= count; node++)); do
    make_namespace "$node"
  done
  make_bridge
  for ((node = 2; node <= count; node++)); do
    join_bridge "$node"
  done
  for ((node = 1; node <= count; node++)); do
    for ((other = 1; other <= count; other++)); do
      [ "$node" = "$other" ] ||
        in_node "$node" ip route replace "$pods_network.$other.0/24" via "$(node_address "$other")"
    done
  done
}

make_namespace() {
  [ -e "/run/netns/gibbon-node$1" ] || ip netns add "gibbon-node$1"
  in_node "$1" ip link set lo up
  in_node "$1" sysctl -q -w net.ipv4.ip_forward=1
  # Without it, what a pod answers to another on the same bridge bypasses kube-proxy's translation.
  in_node "$1" sysctl -q -w net.bridge.bridge-nf-call-iptables=1
}

make_bridge() {
  in_node 1 ip link show nodes > /dev/null 2>&1 && return 0
  in_node 1 ip link add nodes type bridge
  in_node 1 ip address add "$(node_address 1)/$nodes_prefix" dev nodes
  in_node 1 ip link set nodes up
  ip link add "$host_link" type veth peer name host netns gibbon-node1
  in_node 1 ip link set host master nodes up
  ip address add "$host_address/$nodes_prefix" dev "$host_link"
  ip link set "$host_link" up
  ip route replace "$pods_network.0.0/16" via "$(node_address 1)"
  ip route replace "$services_network" via "$(node_address 1)"
  in_node 1 ip route replace default via "$host_address"
}

join_bridge() {
  in_node "$1" ip link show eth0 > /dev/null 2>&1 && return 0
  in_node 1 ip link add "node$1" type veth peer name eth0 netns "gibbon-node$1"
  in_node 1 ip link set "node$1" master nodes up
  in_node "$1" ip address add "$(node_address "$1")/$nodes_prefix" dev eth0
  in_node "$1" ip link set eth0 up
  in_node "$1" ip route replace default via "$host_address"
}

remove_network() {
  local namespace
  for namespace in /run/netns/gibbon-node[0-9]*; do
    [ ! -e "$namespace" ] || ip netns delete "$(basename "$namespace")"
  done
  # Its other end has gone with the namespace, usually, and it too.
  ip link delete "$host_link" 2> /dev/null || true
}
