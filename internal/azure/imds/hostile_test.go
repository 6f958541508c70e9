package imds_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	simulator "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// TestUnusableAnswers is about answers that look like the service's own.
func TestUnusableAnswers(t *testing.T) {
	t.Parallel()
	just := func(body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { write(w, body) }
	}
	for name, test := range map[string]struct {
		write func(http.ResponseWriter)
		part  string
	}{
		"cut JSON":   {just(`{"compute":{"name":"we`), "not valid JSON: unexpected end of JSON input"},
		"wrong JSON": {just(`{"compute":}`), "not valid JSON: invalid character '}'"},
		"nothing":    {just(""), "the answer is empty"},
		"too long":   {just(`{"compute":{"name":"` + strings.Repeat("a", 5<<20) + `"}}`), "longer than 4194304 bytes"},
		"cut body": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			write(w, `{"compute":{}}`)
		}, "the answer ended early: unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json; charset=utf-8")
				w.Header().Set("x-ms-request-id", "4a3b2c1d")
				test.write(w)
			})
			_, err := newClientAt(t, server.URL).Instance(t.Context(), imds.InstanceOptions{})
			var refused *imds.Error
			if !errors.As(err, &refused) || refused.Status != http.StatusOK || refused.RequestID != "4a3b2c1d" {
				t.Fatalf("%v", err)
			}
			mustContain(t, err, "status 200", "x-ms-request-id 4a3b2c1d", test.part)
			if len(err.Error()) > 1000 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
	}
}

func TestMalformedAnswersOfTheSimulator(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, simulator.Options{})
	s.Fault(t, simcore.Fault{Kind: simcore.KindMalformed, Times: -1})
	client, _ := newClient(t, s, imds.Config{})
	for operation, call := range map[string]func() error{
		"Instances_GetMetadata": func() error { _, err := client.Instance(t.Context(), imds.InstanceOptions{}); return err },
		"ScheduledEvents_Get":   func() error { _, err := client.ScheduledEvents(t.Context()); return err },
		"Attested_GetDocument":  func() error { _, err := client.AttestedDocument(t.Context(), "1234567890"); return err },
		"LoadBalancer_Get":      func() error { _, err := client.LoadBalancer(t.Context()); return err },
	} {
		mustContain(t, call(), operation, "not valid JSON", "status 200")
	}
}

func TestErrorsQuoteTheServiceAndSayWhatToDo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		parts  []string
	}{
		"access policy":   {403, `{"error":"Forbidden"}`, []string{`error "Forbidden"`, "ProxyAgent.Connection.log", "allow-list"}},
		"header stripped": {400, `{"error":"Bad request: . Required metadata header not specified"}`, []string{"Required metadata header", "removes the Metadata header"}},
		"identity form":   {400, `{"error":"invalid_request","error_description":"Identity not found"}`, []string{`"invalid_request"`, "Identity not found"}},
		"no JSON needed":  {405, ``, []string{"405 Method Not Allowed"}},
		"very long":       {405, `{"error":"` + strings.Repeat("x", 9000) + `"}`, []string{"xxx..."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("x-ms-request-id", "4a3b2c1d")
				w.WriteHeader(test.status)
				write(w, test.body)
			})
			_, err := newClientAt(t, server.URL).Instance(t.Context(), imds.InstanceOptions{APIVersion: "2021-02-01"})
			mustContain(t, err, append(test.parts, "4a3b2c1d", fmt.Sprint(test.status), "x-ms-client-request-id")...)
			if len(err.Error()) > 1500 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
	}
}

// TestNothingInADocumentGrows is about documents of a length that is allowed, whose reading could take many times that: a list of what is no
// disk gave twenty warnings for each element, and a megabyte of semicolons
// was copied once for each of them.
func TestNothingInADocumentGrows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body, part string
	}{
		"bad elements":  {`{"compute":{"vmId":"1","storageProfile":{"dataDisks":[` + strings.Repeat("1,", 1<<17) + `1]}}}`, "and more, which are not listed"},
		"many elements": {`{"compute":{"vmId":"1","storageProfile":{"dataDisks":[` + strings.Repeat("{},", 1<<17) + `{}]}}}`, "more than 300 elements"},
		"tags":          {`{"compute":{"vmId":"1","name":"x","tags":"a:b` + strings.Repeat(";", 1<<19) + `"}}`, "cannot be told apart"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				write(w, test.body)
			})
			document, err := newClientAt(t, server.URL).Instance(t.Context(), imds.InstanceOptions{APIVersion: "2021-02-01"})
			if err != nil {
				t.Fatal(err)
			}
			warnings := strings.Join(document.Warnings, "\n")
			if !strings.Contains(warnings, test.part) || len(document.Warnings) > 51 {
				t.Errorf("%d warnings: %.500s", len(document.Warnings), warnings)
			}
			if document.Compute.StorageProfile != nil && len(document.Compute.StorageProfile.DataDisks) > 300 {
				t.Errorf("%d disks", len(document.Compute.StorageProfile.DataDisks))
			}
		})
	}
}

// TestListedVersionsArePlausible has a host list what is no version: it ends
// in errors otherwise.
func TestListedVersionsArePlausible(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/metadata/versions" {
			write(w, `{"apiVersions":["2019-06-04","\u001b[2J","`+strings.Repeat("9", 100)+`"`+strings.Repeat(`,"2001-01-01"`, 1000)+`]}`)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		write(w, `{"error":"Bad request","newest-versions":["2019-06-04","\u001b[2J"`+strings.Repeat(`,"2001-01-01"`, 1000)+`]}`)
	})
	client := newClientAt(t, server.URL)
	known, err := client.Versions(t.Context())
	if err != nil || len(known) != 200 || known[0] != "2019-06-04" || known[1] != "2001-01-01" {
		t.Errorf("%d versions, %v", len(known), err)
	}
	_, err = client.Instance(t.Context(), imds.InstanceOptions{APIVersion: "2025-04-07"})
	if err == nil || strings.Contains(err.Error(), "\x1b") || len(err.Error()) > 8000 {
		t.Errorf("got %.500q", err)
	}
}
