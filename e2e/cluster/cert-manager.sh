# shellcheck shell=bash
# cert-manager, for tests and tries that ask for it: its controllers as a Deployment, and its
# definitions. Built and kept like the cluster's own programs, but only when it is asked for.

cert_manager=$state/cert-manager-$(cd "$here" && sha256sum cert-manager.sh cert-manager/* | sha256sum | cut -c 1-16)

compile_cert_manager() {
  local module
  cd "$here/cert-manager" || return 1
  CGO_ENABLED=0 GOFLAGS='' nice -n 10 "$go" build -trimpath -buildvcs=false -ldflags '-s -w -buildid=' \
    -o "$1/" . || return 1
  module=$(GOFLAGS='' "$go" list -m -f '{{.Dir}}' github.com/cert-manager/cert-manager) || return 1
  # What is in the cache of modules is not writable.
  mkdir "$1/definitions" && cat "$module"/deploy/crds/*.yaml > "$1/definitions/all.yaml"
}

build_cert_manager() {
  [ -e "$cert_manager/cert-manager.tar" ] && return 0
  find_go || fail "no Go $oldest_go or newer found in PATH, /usr/local/go, /usr/lib/go and ~/go" \
    "(expected: any Go from $oldest_go on; it fetches the version that e2e/cluster/cert-manager/go.mod names)"
  local building=$cert_manager.building log=$state/cert-manager.log
  rm -rf "$building"
  mkdir -p "$building"
  progress "building cert-manager from Go modules (once; about 6 minutes on 2 cores with nothing cached)"
  compile_cert_manager "$building" > "$log" 2>&1 &
  wait_with_progress $! "building cert-manager" || {
    grep -v '^go: downloading' "$log" | tail -n 20 >&2
    fail "cannot build cert-manager; all messages are in $log"
  }
  build_image "$building" cert-manager
  mv "$building" "$cert_manager"
  progress "built cert-manager"
}

# Installs it; may be called at any time.
install_cert_manager() {
  require_up
  build_cert_manager
  load "$cert_manager/cert-manager.tar" >&2
  kubectl apply --server-side --force-conflicts -f "$cert_manager/definitions/all.yaml" > /dev/null
  kubectl wait --for condition=Established --timeout 60s -f "$cert_manager/definitions/all.yaml" > /dev/null
  kubectl apply --server-side -f "$here/config/cert-manager.yaml" > /dev/null
  kubectl -n cert-manager rollout status deployment/cert-manager --timeout 90s > /dev/null ||
    fail "cert-manager does not become available; see: kubectl -n cert-manager logs deployment/cert-manager"
  progress "cert-manager is available"
}

# Removes it, and with the definitions every Certificate and issuer.
remove_cert_manager() {
  require_up
  kubectl delete --ignore-not-found -f "$here/config/cert-manager.yaml" > /dev/null
  [ ! -e "$cert_manager/definitions/all.yaml" ] ||
    kubectl delete --ignore-not-found -f "$cert_manager/definitions/all.yaml" > /dev/null
}
