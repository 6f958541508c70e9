package azure_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// FuzzDescribe: whatever a service, a gateway or the identity service
// answers, its details are printable and of bounded length; what comes in a
// known envelope is in them, and of a sign-in nothing else is.
func FuzzDescribe(f *testing.F) {
	f.Add(uint16(404), []byte(`{"error":{"code":"NotFound","message":"Resource x not found."}}`), "AADSTS7000215", "Invalid client secret provided.")
	f.Add(uint16(200), []byte(`{"status":"Failed","error":{"details":[{"details":[{"message":"Why."}]}]}}`), "", "")
	f.Add(uint16(502), []byte("<html><title>Bad  gateway</title>\x1b[2J"), "a\x00b", " Trace ID: x")
	f.Add(uint16(0), []byte(`{"error":"text","error_description":7}`), "\xff", "AADSTS1: two\nlines")
	f.Fuzz(func(t *testing.T, status uint16, raw []byte, code, message string) {
		const canary = "canary-4711"
		built, err := json.Marshal(map[string]any{"error": map[string]any{"code": code, "message": message, "target": canary}})
		if err != nil {
			t.Fatal(err)
		}
		signIn, err := json.Marshal(map[string]any{"error": code, "error_description": message, "correlation_id": "c", "claims": canary, "access_token": canary})
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range [][]byte{raw, built, signIn} {
			checkDetails(t, body, int(status), azure.Describe(responseError(int(status), string(body))))
			checkDetails(t, body, int(status), azure.Describe(refusedSignIn(int(status), body)))
		}
		details := azure.Describe(responseError(int(status), string(built)))
		if wordLike(code) && details.Code != code || wordLike(message) && details.Message != message || details.RequestID != "req-1" {
			t.Fatalf("%q and %q have become %q and %q", code, message, details.Code, details.Message)
		}
		details = azure.Describe(refusedSignIn(int(status), signIn))
		if strings.Contains(details.String(), canary) && !strings.Contains(code+message, "canary") {
			t.Fatalf("a token is shown: %s", details)
		}
		if wordLike(code) && wordLike(message) && !strings.Contains(message, "AADSTS") && (details.Code != code || details.Message != message) {
			t.Fatalf("%q and %q have become %q and %q", code, message, details.Code, details.Message)
		}
	})
}

func refusedSignIn(status int, body []byte) error {
	return &azidentity.AuthenticationFailedError{RawResponse: &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(body)))}}
}

// checkDetails wants parts that a terminal can show, and no more than a page.
func checkDetails(t *testing.T, body []byte, status int, details failure.Details) {
	t.Helper()
	for _, part := range append([]string{details.Summary, details.Code, details.Message, details.RequestID}, details.Next...) {
		if !utf8.ValidString(part) || utf8.RuneCountInString(part) > 6003 || strings.ContainsFunc(part, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
			t.Fatalf("%q: %q", body, part)
		}
	}
	if details.Summary == "" || details.Status != status {
		t.Fatalf("%q with status %d: %q and %d", body, status, details.Summary, details.Status)
	}
}

// wordLike reports whether a text is short and plain enough to stay as it is.
func wordLike(text string) bool {
	return text != "" && len(text) < 200 && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}
