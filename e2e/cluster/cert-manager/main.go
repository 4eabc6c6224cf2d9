// cert-manager's controllers for Certificates, CertificateRequests, and issuers of the kinds CA and
// SelfSigned. The module of cert-manager's own program is not to be had as a Go module by its version,
// so this one puts the same controllers together. Left out are what tests do not need: ACME, Vault,
// Venafi, the webhook that validates, the CA injector, leader election.
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"net/http"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/cert-manager/cert-manager/pkg/controller"
	"github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/approver"
	requestsca "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/ca"
	requestsselfsigned "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/selfsigned"
	"github.com/cert-manager/cert-manager/pkg/controller/certificates/issuing"
	"github.com/cert-manager/cert-manager/pkg/controller/certificates/keymanager"
	"github.com/cert-manager/cert-manager/pkg/controller/certificates/readiness"
	"github.com/cert-manager/cert-manager/pkg/controller/certificates/requestmanager"
	"github.com/cert-manager/cert-manager/pkg/controller/certificates/revisionmanager"
	"github.com/cert-manager/cert-manager/pkg/controller/certificates/trigger"
	"github.com/cert-manager/cert-manager/pkg/controller/clusterissuers"
	"github.com/cert-manager/cert-manager/pkg/controller/issuers"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/ca"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/selfsigned"
)

// Each worker of a controller deals with one object at a time.
const workers = 2

func main() {
	kubeconfig := flag.String("kubeconfig", "", "of the cluster; empty inside of one")
	namespace := flag.String("cluster-resource-namespace", "cert-manager", "where Secrets of ClusterIssuers are")
	ready := flag.String("ready", "", "address on which to answer once all is running, e.g. :9402; empty for none")
	flag.Parse()

	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	if err := run(stop, *kubeconfig, *namespace, *ready); err != nil {
		log.Fatalf("cert-manager: %v", err)
	}
}

func run(stop context.Context, kubeconfig, namespace, ready string) error {
	factory, err := controller.NewContextFactory(stop, controller.ContextOptions{
		Kubeconfig:         kubeconfig,
		KubernetesAPIQPS:   20,
		KubernetesAPIBurst: 50,
		IssuerOptions:      controller.IssuerOptions{ClusterResourceNamespace: namespace},
		CertificateOptions: controller.CertificateOptions{
			// A test must not wait an hour for the second attempt.
			CertificateRequestMinimumBackoffDuration: 5 * time.Second,
			CertificateRequestMaximumBackoffDuration: 10 * time.Second,
		},
	})
	if err != nil {
		return err
	}
	shared, err := factory.Build()
	if err != nil {
		return err
	}
	known := controller.Known()
	var started []controller.Interface
	for _, name := range []string{
		approver.ControllerName,
		requestsca.CRControllerName,
		requestsselfsigned.CRControllerName,
		issuing.ControllerName,
		keymanager.ControllerName,
		readiness.ControllerName,
		requestmanager.ControllerName,
		revisionmanager.ControllerName,
		trigger.ControllerName,
		clusterissuers.ControllerName,
		issuers.ControllerName,
	} {
		one, err := known[name](factory)
		if err != nil {
			return err
		}
		started = append(started, one)
	}
	shared.SharedInformerFactory.Start(stop.Done())
	shared.KubeSharedInformerFactory.Start(stop.Done())
	shared.HTTP01ResourceMetadataInformersFactory.Start(stop.Done())

	var running sync.WaitGroup
	for _, one := range started {
		running.Go(func() {
			if err := one.Run(workers, stop); err != nil {
				log.Fatalf("cert-manager: %v", err)
			}
		})
	}
	if ready != "" {
		if err := answer(ready); err != nil {
			return err
		}
	}
	log.Print("cert-manager runs")
	running.Wait()
	return nil
}

// The kubelet asks it.
func answer(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	go func() {
		log.Print(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNoContent)
		})))
	}()
	return nil
}
