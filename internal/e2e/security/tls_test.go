package security

import (
	"crypto/tls"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

// TestServersThatCannotProveWhoTheyAre get no request: one whose certificate
// is of an authority that nobody trusts, and one that speaks only old TLS.
func TestServersThatCannotProveWhoTheyAre(t *testing.T) {
	t.Parallel()
	stranger, err := simcore.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*server){
		"unknown authority": func(s *server) {
			config, err := stranger.TLSConfig([]byte{127, 0, 0, 1})
			if err != nil {
				t.Error(err)
			}
			s.TLS.Certificates = config.Certificates
		},
		"TLS 1.1": func(s *server) { s.TLS.MinVersion, s.TLS.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 },
	} {
		for victimName, v := range victims() {
			// Old TLS fails like any broken connection, which the identity library
			// and its like try again for a while.
			if v.plain || name == "TLS 1.1" && victimName != "data collector" && victimName != "iam projects" {
				continue
			}
			t.Run(name+" "+victimName, func(t *testing.T) {
				t.Parallel()
				cloud := acctest.StartCloud(t, cloudsim.Options{})
				impostor := serveWith(t, change)
				getenv := acctest.Override(cloud, v.environment(cloud, impostor.URL))
				p := acctest.NewProviderIn(t, provider.Environment{Getenv: getenv, Clock: waittest.NewClock(time.Now(), nil)}, acctest.Config{})
				diagnostics := v.call(t.Context(), p, getenv, impostor.URL)
				text := strings.Join(append(diagnostics.Errors(), diagnostics.Warnings()...), "\n")
				if !strings.Contains(text, "certificate") && !strings.Contains(text, "protocol version") {
					t.Errorf("the error does not tell why: %s", text)
				}
				if len(impostor.requests()) != 0 {
					t.Error("a request was sent")
				}
			})
		}
	}
}

func serveWith(t *testing.T, change func(*server)) *server {
	t.Helper()
	s := unstarted(func(http.ResponseWriter, *http.Request) {})
	secure(t, s)
	change(s)
	s.StartTLS()
	t.Cleanup(s.stop)
	return s
}

// TestConfiguringCallsNobody starts a provider with settings of both clouds.
func TestConfiguringCallsNobody(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	acctest.NewProvider(t, cloud)
	if requests := cloud.Journal.Requests(); len(requests) != 0 {
		t.Errorf("%d requests", len(requests))
	}
}
