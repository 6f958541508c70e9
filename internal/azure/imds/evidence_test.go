package imds_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
)

// noAnswers are bodies with status 200 that answer no question. The parts are
// what a person has to be told.
var noAnswers = map[string]struct{ contentType, body, part string }{
	"HTML page":            {"text/html", "<html>log in</html>", ""},
	"HTML called JSON":     {"application/json", "<html>log in</html>", "not valid JSON"},
	"nothing":              {"application/json", "", "the answer is empty"},
	"empty object":         {"application/json", "{}", ""},
	"null":                 {"application/json", "null", ""},
	"list":                 {"application/json", `["ami-id"]`, ""},
	"empty list":           {"application/json", "[]", ""},
	"text":                 {"application/json", `"ok"`, ""},
	"number":               {"application/json", "1", ""},
	"true":                 {"application/json", "true", ""},
	"error text":           {"application/json", `{"error":"not ready","error_description":"ask later"}`, "not ready: ask later"},
	"error object":         {"application/json", `{"error":{"code":"NotReady","message":"ask later"}}`, "NotReady: ask later"},
	"error without text":   {"application/json", `{"error":{}}`, ""},
	"html member":          {"application/json", `{"html":"log in"}`, ""},
	"another cloud's":      {"application/json", `{"hostname":"x","region":"eu"}`, ""},
	"empty compute":        {"application/json", `{"compute":{}}`, "compute.vmId"},
	"compute null":         {"application/json", `{"compute":null,"network":null}`, ""},
	"compute without vmId": {"application/json", `{"compute":{"name":"web"},"network":{"interface":[]}}`, "compute.vmId"},
	"compute empty vmId":   {"application/json", `{"compute":{"name":"web","vmId":""}}`, "compute.vmId"},
	"vmId of another type": {"application/json", `{"compute":{"vmId":{}}}`, "compute.vmId"},
	"empty network":        {"application/json", `{"network":{}}`, ""},
	"no interfaces":        {"application/json", `{"network":{"interface":[]}}`, ""},
	"events null":          {"application/json", `{"DocumentIncarnation":1,"Events":null}`, ""},
	"events of text":       {"application/json", `{"DocumentIncarnation":1,"Events":"none"}`, ""},
	"events left out":      {"application/json", `{"DocumentIncarnation":1}`, ""},
	"no incarnation":       {"application/json", `{"Events":[]}`, ""},
	"events and an error":  {"application/json", `{"DocumentIncarnation":"x","Events":[],"error":"busy"}`, "busy"},
	"load balancer null":   {"application/json", `{"loadbalancer":null}`, ""},
	"envelope null":        {"application/json", `{"encoding":"pkcs7","signature":null}`, ""},
	"envelope empty":       {"application/json", `{"encoding":"pkcs7","signature":""}`, ""},
	"foreign signature":    {"application/json", `{"encoding":"pkcs7","signature":"AAAA"}`, ""},
}

// TestAnswersThatAnswerNothing gives each of them to each operation, on first
// contact and after the service was known.
func TestAnswersThatAnswerNothing(t *testing.T) {
	t.Parallel()
	operations := map[string]func(*testing.T, *imds.Client) error{
		"instance": func(t *testing.T, c *imds.Client) error {
			t.Helper()
			_, err := c.Instance(t.Context(), imds.InstanceOptions{})
			return err
		},
		"instance pinned": func(t *testing.T, c *imds.Client) error {
			t.Helper()
			_, err := c.Instance(t.Context(), imds.InstanceOptions{APIVersion: "2021-02-01"})
			return err
		},
		"events": func(t *testing.T, c *imds.Client) error {
			t.Helper()
			_, err := c.ScheduledEvents(t.Context())
			return err
		},
		"attested": func(t *testing.T, c *imds.Client) error {
			t.Helper()
			_, err := c.AttestedDocument(t.Context(), "1234567890")
			return err
		},
		"load balancer": func(t *testing.T, c *imds.Client) error {
			t.Helper()
			_, err := c.LoadBalancer(t.Context())
			return err
		},
	}
	ran := 0
	for name, test := range noAnswers {
		for operation, ask := range operations {
			for _, known := range []bool{false, true} {
				ran++
				server := serve(t, func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/metadata/versions" && known {
						w.Header().Set("Content-Type", "application/json")
						write(w, `{"apiVersions":["2021-02-01","2020-10-01"]}`)
						return
					}
					w.Header().Set("Content-Type", test.contentType)
					write(w, test.body)
				})
				client := newClientAt(t, server.URL)
				if known {
					if _, err := client.Versions(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				err := ask(t, client)
				if err == nil {
					t.Errorf("%s, %s, service known %t: taken for an answer", operation, name, known)
					continue
				}
				if strings.HasPrefix(operation, "instance") && !strings.Contains(err.Error(), test.part) {
					t.Errorf("%s, %s, service known %t: does not say %q: %s", operation, name, known, test.part, err)
				}
			}
		}
	}
	t.Logf("%d combinations of answer, operation and earlier contact", ran)
}

// TestApprovalThatIsNoApproval is about the one operation that returns
// nothing.
func TestApprovalThatIsNoApproval(t *testing.T) {
	t.Parallel()
	for body, approved := range map[string]bool{
		"": true, "\n": true, "{}": true, `{"error":"busy"}`: false, `{"error":{"code":"x"}}`: false, "null": false, "[]": false, "<html>": false,
	} {
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if r.Method == http.MethodPost {
				write(w, body)
				return
			}
			write(w, `{"apiVersions":["2021-02-01"]}`)
		})
		if err := newClientAt(t, server.URL).ApproveScheduledEvents(t.Context(), []string{"an-event"}); (err == nil) != approved {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestAnOddMemberIsWarnedOfOnce(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		write(w, `{"compute":{"vmId":"1","securityProfile":"none","storageProfile":[]},"network":{"interface":[{"ipv4":"x"}]}}`)
	})
	document, err := newClientAt(t, server.URL).Instance(t.Context(), imds.InstanceOptions{APIVersion: "2021-02-01"})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, warning := range document.Warnings {
		if seen[warning] {
			t.Errorf("said again: %s", warning)
		}
		seen[warning] = true
	}
	if len(seen) < 3 {
		t.Errorf("%q", document.Warnings)
	}
}
