package imds

import (
	"net/http"
	"testing"
)

// RequireNoProxy fails the test if requests for metadata could take a proxy.
func RequireNoProxy(t *testing.T, c *Client) {
	t.Helper()
	for _, client := range []http.RoundTripper{c.metadata.Transport, directTransport()} {
		transport, ok := client.(*http.Transport)
		if !ok || transport.Proxy != nil {
			t.Error("metadata requests use a proxy")
		}
	}
}
