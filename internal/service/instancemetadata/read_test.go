package instancemetadata_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestTenDataSourcesShareOneRequest(t *testing.T) {
	t.Parallel()
	// With the service's own rate limit.
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	if calls := cloud.Journal.Requests(); len(calls) > 0 {
		t.Errorf("configuring the provider made calls: %v", calls)
	}
	var wait sync.WaitGroup
	for range 10 {
		wait.Go(func() {
			read, diagnostics := p.ReadData(t.Context(), typeName, acctest.Config{})
			if len(diagnostics) > 0 || !acctest.IsSet(t, read, "compute.vm_id") {
				t.Error(diagnostics.Errors())
			}
		})
	}
	wait.Wait()
	summary := cloud.Journal.Summary()
	if summary["imds Instances_GetMetadata"] != 1 || summary["imds LoadBalancer_Get"] != 1 || cloud.Journal.Count("imds", "") != 2 {
		t.Errorf("ten reads made %v, want one GET of the document and one of the load balancer's", summary)
	}
	if calls := len(cloud.Journal.Requests()); calls != 2 {
		t.Errorf("%d calls, so that something else was asked as well: %v", calls, summary)
	}
}

// TestUserDataIsReadOnlyWhenAsked looks for the machine's user data and for
// custom data, which an old version still has.
func TestUserDataIsReadOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	const document = `{"compute":{"name":"web","vmId":"1","customData":"canary-custom","userData":"canary-user","x":{"userData":"canary"}},"userData":"canary","network":{}}`
	endpoint := serveDocument(t, "2025-04-07", []byte(document))
	read := mustRead(t, providerAt(t, endpoint), typeName, acctest.Config{})
	if strings.Contains(read.String(), "canary") {
		t.Errorf("user data was not asked for: %s", read)
	}
	acctest.ExpectAttributes(t, read, "user_data", acctest.Null, "custom_data", acctest.Null, "raw_json", `{"compute":{"name":"web","vmId":"1","x":{}},"network":{}}`)

	read = mustRead(t, providerAt(t, endpoint), typeName, acctest.Config{"include_user_data": true})
	acctest.ExpectAttributes(t, read, "user_data", "canary-user", "custom_data", "canary-custom")
	if raw := acctest.Get(t, read, "raw_json"); strings.Contains(raw, "canary") {
		t.Errorf("raw_json, which is not sensitive, holds user data: %s", raw)
	}
	for _, name := range []string{"user_data", "custom_data"} {
		if !attributes(t)[name].IsSensitive() {
			t.Errorf("%s is not sensitive", name)
		}
	}
}

func TestHostUpdatesAndRateLimitsAreRiddenOut(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simcore.Fault{
		"host update":       {Code: http.StatusGone},
		"too many requests": {Code: http.StatusTooManyRequests, RetryAfterMilliseconds: new(1200)},
		"fault":             {Code: http.StatusServiceUnavailable},
		"root not found":    {Code: http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := startCloud(t)
			fault.Operation, fault.Kind = "Instances_GetMetadata", simcore.KindStatus
			acctest.AddFault(t, cloud, "imds", fault)
			acctest.ExpectAttributes(t, mustRead(t, acctest.NewProvider(t, cloud), typeName, acctest.Config{}), "available", "true")
			if got := cloud.Journal.Count("imds", "Instances_GetMetadata"); got != 2 {
				t.Errorf("%d requests, want the refused one and another", got)
			}
		})
	}
}

// TestBadAnswersAreErrors has answers of something that can only be the
// service, and that cannot be used. They are errors whatever on_unavailable
// says.
func TestBadAnswersAreErrors(t *testing.T) {
	t.Parallel()
	const service = "application/json; charset=utf-8"
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    []string
	}{
		"malformed":   {answer(200, service, `{"compute":{"name":`), []string{"status 200", "not valid JSON", "unexpected end"}},
		"trailing":    {answer(200, service, `{"compute":{"name":"web"}}}`), []string{"status 200", "not valid JSON"}},
		"empty":       {answer(200, service, ""), []string{"status 200", "the answer is empty"}},
		"oversized":   {answer(200, service, `{"compute":{"name":"`+strings.Repeat("x", 5<<20)+`"}}`), []string{"status 200", "longer than 4194304 bytes"}},
		"forbidden":   {answer(403, service, `{"error":"Forbidden"}`), []string{"status 403 Forbidden", "Message: Forbidden", "guest proxy agent", "ProxyAgent.Connection.log"}},
		"not allowed": {answer(405, service, `{"error":"Not allowed"}`), []string{"status 405", "Not allowed"}},
		"header lost": {answer(400, service, `{"error":"Bad request: . Required metadata header not specified"}`), []string{"status 400", "removes the Metadata header"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := providerAt(t, serve(t, test.handler))
			_, diagnostics := p.ReadData(t.Context(), typeName, acctest.Config{"on_unavailable": "null"})
			acctest.ExpectError(t, diagnostics, append(test.want, "Could not read instance metadata", "this machine", "Request ID: request-7", "/metadata/instance")...)
		})
	}
}

func TestPinnedVersion(t *testing.T) {
	t.Parallel()
	cloud := startCloud(t)
	set(t, cloud, "newest_version", "2021-05-01")
	set(t, cloud, "oldest_version", "2021-01-01")
	p := acctest.NewProvider(t, cloud)
	acctest.ExpectAttributes(t, mustRead(t, p, typeName, acctest.Config{"api_version": "2021-02-01"}), "api_version_used", "2021-02-01")
	_, diagnostics := p.ReadData(t.Context(), typeName, acctest.Config{"api_version": "2019-11-02", "on_unavailable": "null"})
	acctest.ExpectError(t, diagnostics, `AttributeName("api_version")`, "Could not read instance metadata", `"2019-11-02"`,
		"it knows 2021-01-01, 2021-02-01, 2021-03-01, 2021-05-01", "Pin one of those", "Request ID")
}

func TestReadTimeout(t *testing.T) {
	t.Parallel()
	cloud := startCloud(t)
	acctest.AddFault(t, cloud, "imds", simcore.Fault{Operation: "Instances_GetMetadata", Kind: simcore.KindStatus, Code: http.StatusGone, Times: -1})
	p := acctest.NewProvider(t, cloud)
	_, diagnostics := p.ReadData(t.Context(), typeName, acctest.Config{"timeouts": acctest.Config{"read": "500ms"}})
	acctest.ExpectError(t, diagnostics, "Could not read instance metadata", "410 Gone", "timeout")
}
