package blob_test

import (
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/blob"
)

// TestListsThatContradictThemselvesAreNone has pages for the markers of a list. What
// is in it twice would be read twice.
func TestListsThatContradictThemselvesAreNone(t *testing.T) {
	t.Parallel()
	one := func(names ...string) string {
		return "<Blobs><Blob><Name>" + strings.Join(names, "</Name></Blob><Blob><Name>") + "</Name></Blob></Blobs>"
	}
	next := func(marker string) string { return "<NextMarker>" + marker + "</NextMarker>" }
	for name, test := range map[string]struct {
		pages map[string]string
		want  string
	}{
		"whole":             {map[string]string{"": one("a1") + next("2"), "2": "<Blobs></Blobs>" + next("3"), "3": one("a2")}, ""},
		"a blob twice":      {map[string]string{"": one("a1", "a1")}, `"a1" twice`},
		"pages overlap":     {map[string]string{"": one("a1") + next("2"), "2": one("a1", "a2")}, `"a1" twice`},
		"another prefix":    {map[string]string{"": one("b1")}, `does not begin with "a"`},
		"no list":           {map[string]string{"": ""}, "without blobs"},
		"pages in a circle": {map[string]string{"": "<Blobs/>" + next("2"), "2": "<Blobs/>" + next("3"), "3": "<Blobs/>" + next("2")}, "does not end"},
		"more behind it":    {map[string]string{"": `<Blobs/></EnumerationResults>`}, "goes on behind"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if requests++; requests > 20 {
					t.Error("it is asked for without end")
				}
				page := `<EnumerationResults ContainerName="captures">` + test.pages[r.URL.Query().Get("marker")] + "</EnumerationResults>"
				if _, err := io.WriteString(w, page); err != nil {
					t.Error(err)
				}
			}))
			t.Cleanup(server.Close)
			trusted := x509.NewCertPool()
			trusted.AddCert(server.Certificate())
			session := azure.NewSession(azure.Config{}, azure.WithRootCAs(trusted))
			t.Cleanup(session.CloseIdleConnections)
			found, err := blob.NewClient(session).List(t.Context(), reference(t, server.URL+"/account/captures?sv=2024-11-04&se=2099-01-01&sr=c&sp=rl&sig=x"), "a")
			switch {
			case test.want == "" && (err != nil || len(found) != 2):
				t.Errorf("%v, %v", found, err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, %v, want %q", found, err, test.want)
			}
			other := reference(t, server.URL+"/account/elsewhere?sv=2024-11-04&se=2099-01-01&sr=c&sp=rl&sig=x")
			if _, err := blob.NewClient(session).List(t.Context(), other, "a"); test.want == "" && (err == nil || !strings.Contains(err.Error(), `another container, "captures"`)) {
				t.Errorf("of another container: %v", err)
			}
		})
	}
}
