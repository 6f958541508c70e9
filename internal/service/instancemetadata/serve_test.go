package instancemetadata_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

const endpointVariable = "CLOUDTAP_AZURE_INSTANCE_METADATA_ENDPOINT"

// startCloud starts a simulation without the metadata service's rate limit,
// so that tests may use many providers at once.
func startCloud(t *testing.T) *cloudsim.Cloud {
	t.Helper()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	set(t, cloud, "requests_per_second", "-1")
	return cloud
}

func set(t *testing.T, cloud *cloudsim.Cloud, name, value string) {
	t.Helper()
	if err := cloud.IMDS.Switches().Set(name, value); err != nil {
		t.Fatal(err)
	}
}

// serve runs a server that is not the simulator.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// answer serves the same answer to everything.
func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("x-ms-request-id", "request-7")
		w.WriteHeader(status)
		if _, err := io.WriteString(w, body); err != nil {
			return // The client has had enough, as it may.
		}
	}
}

// providerAt returns a provider that knows nothing but where the metadata
// service is.
func providerAt(t *testing.T, endpoint string) *acctest.Provider {
	t.Helper()
	return acctest.NewProviderWithEnvironment(t, func(name string) string {
		if name == endpointVariable {
			return endpoint
		}
		return ""
	})
}

func mustRead(t *testing.T, p *acctest.Provider, name string, config acctest.Config) tftypes.Value {
	t.Helper()
	read, diagnostics := p.ReadData(t.Context(), name, config)
	p.Expect(diagnostics)
	return read
}
