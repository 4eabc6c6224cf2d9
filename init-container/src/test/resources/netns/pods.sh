#!/bin/sh
# A node and its pods: pods.sh NODE POD... Each pod has a pair of interfaces of its own, and all that it
# sends goes through the node's routes. The node translates two addresses to the second pod, as kube-proxy does.
set -eu
node=$1
shift
for namespace in "$node" "$@"; do
  ip netns exec "$namespace" sh -c 'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad'
done
ip netns exec "$node" sh -c '
  echo 1 > /proc/sys/net/ipv4/ip_forward
  echo 1 > /proc/sys/net/ipv6/conf/all/forwarding'
i=11
for pod in "$@"; do
  ip link add "pod$i" netns "$node" type veth peer name eth0 netns "$pod"
  ip -n "$node" -batch - << END
address add 10.244.0.1/32 dev pod$i
address add fd00:10:244::1/128 dev pod$i nodad
link set pod$i up
route add 10.244.0.$i dev pod$i
route add fd00:10:244::$i dev pod$i
END
  ip -n "$pod" -batch - << END
address add 10.244.0.$i/32 dev eth0
address add fd00:10:244::$i/128 dev eth0 nodad
link set eth0 up
route add 10.244.0.1 dev eth0 scope link
route add default via 10.244.0.1
route add fd00:10:244::1 dev eth0
route add default via fd00:10:244::1
END
  i=$((i + 1))
done
ip netns exec "$node" nft -f - << 'END'
table inet proxy {
  chain services {
    type nat hook prerouting priority dstnat;
    ip daddr 10.96.0.10 tcp dport 80 dnat ip to 10.244.0.12:8080
    ip6 daddr fd00:10:96::10 tcp dport 80 dnat ip6 to [fd00:10:244::12]:8080
  }
  chain hairpin {
    type nat hook postrouting priority srcnat;
    ip saddr 10.244.0.12 ip daddr 10.244.0.12 masquerade
    ip6 saddr fd00:10:244::12 ip6 daddr fd00:10:244::12 masquerade
  }
}
END
