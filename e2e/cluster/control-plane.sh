# shellcheck shell=bash
# etcd, the API server, the controllers and the scheduler, all in the first node's network namespace.

issuer=https://kubernetes.default.svc.cluster.local

start_api_server() {
  # Nothing here outlives the machine, so nothing waits for the disk.
  start etcd 1 "$programs/etcd" --data-dir "$run/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
    --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 \
    --initial-cluster default=http://127.0.0.1:2380

  start kube-apiserver 1 "$programs/kube-apiserver" \
    --etcd-servers http://127.0.0.1:2379 \
    --bind-address 0.0.0.0 --secure-port 6443 --advertise-address "$(node_address 1)" \
    --tls-cert-file "$pki/api-server.crt" --tls-private-key-file "$pki/api-server.key" \
    --client-ca-file "$pki/ca.crt" \
    --service-account-issuer "$issuer" --api-audiences "$issuer" \
    --service-account-signing-key-file "$pki/service-accounts.key" \
    --service-account-key-file "$pki/service-accounts.key" \
    --service-cluster-ip-range "$services_network" \
    --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction --allow-privileged=true \
    --kubelet-preferred-address-types InternalIP \
    --kubelet-client-certificate "$pki/api-server-to-kubelet.crt" \
    --kubelet-client-key "$pki/api-server-to-kubelet.key" \
    --kubelet-certificate-authority "$pki/ca.crt" \
    --requestheader-client-ca-file "$pki/front-proxy-ca.crt" \
    --requestheader-allowed-names front-proxy-client \
    --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
    --requestheader-extra-headers-prefix X-Remote-Extra- \
    --proxy-client-cert-file "$pki/front-proxy.crt" --proxy-client-key-file "$pki/front-proxy.key" \
    --profiling=false
}

await_api_server() {
  wait_for 60 kube-apiserver "the API server" kubectl get --raw /readyz
}

# With its usual 20 requests a second the controllers would be busy with a test's 5,000 Services for minutes, and late
# with the endpoints of the next one's.
start_controllers() {
  local config=$pki/kube-controller-manager.kubeconfig
  start kube-controller-manager 1 "$programs/kube-controller-manager" \
    --kubeconfig "$config" --authentication-kubeconfig "$config" --authorization-kubeconfig "$config" \
    --service-account-private-key-file "$pki/service-accounts.key" --root-ca-file "$pki/ca.crt" \
    --use-service-account-credentials --kube-api-qps 200 --kube-api-burst 400 \
    --cluster-signing-cert-file "$pki/ca.crt" --cluster-signing-key-file "$pki/ca.key" \
    --leader-elect=false --node-monitor-grace-period 20s --profiling=false

  config=$pki/kube-scheduler.kubeconfig
  start kube-scheduler 1 "$programs/kube-scheduler" \
    --kubeconfig "$config" --authentication-kubeconfig "$config" --authorization-kubeconfig "$config" \
    --leader-elect=false --profiling=false
}

# SIGKILL: nothing here needs a farewell, and the API server would wait for its watches.
stop_control_plane() {
  local name
  for name in kube-scheduler kube-controller-manager kube-apiserver; do
    stop "$name" KILL
  done
  stop etcd TERM
}
