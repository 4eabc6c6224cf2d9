# shellcheck shell=bash
# Certificates and kubeconfigs: one authority for everything, another for what the API server passes
# on to extension servers, as Kubernetes wants it. Each file is made once.

make_pki() {
  local count=$1 component node
  mkdir -p "$pki"
  (
    cd "$pki"
    make_authority ca
    make_authority front-proxy-ca
    make_certificate api-server ca "/CN=kube-apiserver" \
      "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,IP:$api_service_address,IP:$(node_address 1),IP:127.0.0.1"
    make_certificate api-server-to-kubelet ca "/O=system:masters/CN=kube-apiserver-kubelet-client"
    make_certificate front-proxy front-proxy-ca "/CN=front-proxy-client"
    make_identity admin "/O=system:masters/CN=admin"
    for component in kube-controller-manager kube-scheduler kube-proxy; do
      make_identity "$component" "/CN=system:$component"
    done
    for ((node = 1; node <= count; node++)); do
      make_identity "node$node" "/O=system:nodes/CN=system:node:node$node" "DNS:node$node,IP:$(node_address "$node")"
    done
    [ -s service-accounts.key ] || openssl genrsa -out service-accounts.key 2048 2> /dev/null
  )
}

make_key() {
  (umask 077 && openssl ecparam -name prime256v1 -genkey -noout -out "$1.key")
}

make_authority() {
  [ ! -s "$1.crt" ] || return 0
  make_key "$1"
  openssl req -x509 -new -key "$1.key" -subj "/CN=gibbon-test-$1" -days 3650 -out "$1.crt" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature
}

# make_certificate NAME AUTHORITY SUBJECT [ALTERNATIVE NAMES]
make_certificate() {
  [ ! -s "$1.crt" ] || return 0
  make_key "$1"
  openssl req -new -key "$1.key" -subj "$3" -out "$1.csr"
  {
    echo "basicConstraints=CA:FALSE"
    echo "keyUsage=digitalSignature"
    echo "extendedKeyUsage=serverAuth,clientAuth"
    [ -z "${4:-}" ] || echo "subjectAltName=$4"
  } > "$1.extensions"
  openssl x509 -req -in "$1.csr" -CA "$2.crt" -CAkey "$2.key" -CAcreateserial -days 3650 \
    -extfile "$1.extensions" -out "$1.crt" 2> /dev/null
  rm "$1.csr" "$1.extensions"
}

# A certificate, and the kubeconfig that uses it.
make_identity() {
  make_certificate "$1" ca "$2" "${3:-}"
  [ -s "$1.kubeconfig" ] && return 0
  (
    umask 077
    cat > "$1.kubeconfig" << END
apiVersion: v1
kind: Config
clusters:
- name: gibbon-test
  cluster:
    server: $api_server
    certificate-authority-data: $(base64 -w 0 ca.crt)
users:
- name: $1
  user:
    client-certificate-data: $(base64 -w 0 "$1.crt")
    client-key-data: $(base64 -w 0 "$1.key")
contexts:
- name: gibbon-test
  context: {cluster: gibbon-test, user: $1}
current-context: gibbon-test
END
  )
}
