package blob_test

import (
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/blob"
)

// TestNamesThatXMLCannotHave come percent-encoded, and are asked for as they are.
func TestNamesThatXMLCannotHave(t *testing.T) {
	t.Parallel()
	names := []string{`<Name Encoded="true">a%00b%EF%BF%BE.cap</Name>`, `<Name>100%25.cap</Name>`, `<Name Encoded="false">c%20d.cap</Name>`}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Query().Get("comp") == "list":
			if _, err := fmt.Fprintf(w, "<EnumerationResults><Blobs><Blob>%s</Blob></Blobs></EnumerationResults>", strings.Join(names, "</Blob><Blob>")); err != nil {
				t.Error(err)
			}
		case r.URL.EscapedPath() == "/account/captures/a%00b%EF%BF%BE.cap":
			w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	trusted := x509.NewCertPool()
	trusted.AddCert(server.Certificate())
	session := azure.NewSession(azure.Config{}, azure.WithRootCAs(trusted))
	defer session.CloseIdleConnections()
	client := blob.NewClient(session)
	found, err := client.List(t.Context(), reference(t, server.URL+"/account/captures?sv=2024-11-04&se=2099-01-01&sr=c&sp=rl&sig=x"), "")
	if err != nil || len(found) != len(names) {
		t.Fatal(found, err)
	}
	for i, want := range []string{"a\x00b\ufffe.cap", "100%25.cap", "c%20d.cap"} {
		if got := found[i].Reference.Name; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if _, err := client.Open(t.Context(), found[0].Reference); err == nil || !strings.Contains(err.Error(), "416") {
		t.Errorf("it was not asked for as it is: %v", err)
	}
	names = []string{`<Name Encoded="true">a%0.cap</Name>`}
	if _, err := client.List(t.Context(), reference(t, server.URL+"/account/captures?sv=2024-11-04&sig=x"), ""); err == nil || !strings.Contains(err.Error(), "not encoded") {
		t.Error(err)
	}
}
