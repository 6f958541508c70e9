package blob_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/blob"
)

// FuzzParse reads URLs: what is accepted names the same blob when it is written
// again, and shows no signature.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		address, "https://127.0.0.1:10000/account/c/a%20b.cap?sv=1&sig=secret", "https://a.blob.core.windows.net/c", "https://[::1]:1/a/c/b",
		"http://a/c/b", "https://u:p@a/c/b", "https://a/c/../b", "https://a/c/%2e%2e/b?sig=x%zz", "https://a/c/b#sig", "https://a/c//b/", "https://localhost/a/c/b?sig=",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := blob.Parse(text)
		if err != nil {
			if strings.Contains(err.Error(), "sig=") {
				t.Errorf("%q: the error quotes the query: %s", text, err)
			}
			return
		}
		shown := parsed.String()
		if parsed.SAS != "" && strings.Contains(shown, "?") {
			t.Errorf("%q is shown as %q", text, shown)
		}
		again, err := blob.Parse(shown)
		if parsed.SAS = ""; err != nil || again != parsed {
			t.Errorf("%q is %+v, and written as %q %+v, %v", text, parsed, shown, again, err)
		}
		if given, err := url.Parse(text); err != nil || given.Host != strings.TrimPrefix(parsed.Origin, "https://") {
			t.Errorf("%q leads to %q", text, parsed.Origin)
		}
	})
}
