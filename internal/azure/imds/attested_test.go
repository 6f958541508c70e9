package imds_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	simulator "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

func TestAttestedDocument(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, simulator.Options{SubscriptionID: "8d10da13-8125-4ba9-a717-bf7490507b3d", Location: "westeurope"})
	client, _ := newClient(t, s, imds.Config{})
	for _, nonce := range []string{"1234567890", "a+b/c=", ""} {
		document, err := client.AttestedDocument(t.Context(), nonce)
		if err != nil {
			t.Fatal(err)
		}
		if nonce != "" && document.Nonce != nonce || document.Nonce == "" || *document.SubscriptionID != "8d10da13-8125-4ba9-a717-bf7490507b3d" ||
			document.SignerNames[0] != "westeurope.metadata.azure.com" || document.APIVersionUsed != "2025-04-07" || document.Encoding != "pkcs7" || len(document.Signature) < 1000 || !json.Valid(document.Claims) {
			t.Errorf("%+v", document)
		}
	}
	if got := s.Core.Journal.Count("imds", simulator.OperationIssuerDownload); got != 1 {
		t.Errorf("the issuer was fetched %d times", got)
	}
	for _, bad := range []string{strings.Repeat("a", 33), "a b", "a&b=c", "ä"} {
		if _, err := client.AttestedDocument(t.Context(), bad); err == nil {
			t.Errorf("nonce %q is accepted", bad)
		}
	}
}

func TestAttestedNegotiatesItsVersion(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, simulator.Options{})
	s.Set(t, "newest_version", "2019-06-04")
	client, _ := newClient(t, s, imds.Config{})
	if _, err := client.Instance(t.Context(), imds.InstanceOptions{}); err != nil {
		t.Fatal(err)
	}
	document, err := client.AttestedDocument(t.Context(), "1")
	if err != nil || document.APIVersionUsed != "2019-06-04" {
		t.Fatalf("%+v %v", document, err)
	}
	if got := s.Core.Journal.Count("imds", simulator.OperationAttested); got != 1 {
		t.Errorf("%d requests although the version was known", got)
	}
}

func TestDocumentsThatAreRefused(t *testing.T) {
	t.Parallel()
	for defect, part := range map[string]string{
		"content": "signature does not fit", "signature": "signature does not fit", "two_signers": "2 signers", "no_signer": "0 signers",
		"foreign_name": "metadata.azure.com.example.com", "untrusted": "could not be fetched", "expired": "expired at", "truncated": "cut off", "stale_nonce": "nonce",
	} {
		for _, attributes := range []string{"true", "false"} {
			t.Run(defect+" "+attributes, func(t *testing.T) {
				t.Parallel()
				s := imdstest.Start(t, nil, simulator.Options{})
				client, _ := newClient(t, s, imds.Config{})
				s.Set(t, "attested_signed_attributes", attributes)
				if _, err := client.AttestedDocument(t.Context(), "first"); err != nil {
					t.Fatal(err)
				}
				s.Set(t, "attested_defect", defect)
				_, err := client.AttestedDocument(t.Context(), "second")
				if !errors.As(err, new(*imds.VerificationError)) {
					t.Fatalf("%v", err)
				}
				want := part
				if defect == "content" && attributes == "true" {
					want = "signed digest does not fit"
				}
				mustContain(t, err, "Attested_GetDocument", "attested document is refused", "x-ms-request-id", want)
			})
		}
	}
}

func TestSystemRootsDoNotTrustTheSimulator(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, simulator.Options{})
	client := imds.NewClient(imds.Config{Endpoint: s.URL}, waittest.NewClock(imdstest.Now(), nil))
	t.Cleanup(client.Close)
	_, err := client.AttestedDocument(t.Context(), "1")
	mustContain(t, err, "does not trust")
}

// roundTrip serves issuing certificates to a client.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestIssuersAreFetchedFromKnownHostsOnly(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, simulator.Options{})
	direct := directTransport(t)
	front := serve(t, func(w http.ResponseWriter, r *http.Request) {
		// The simulator puts the request's host into certificates.
		request, err := http.NewRequestWithContext(r.Context(), r.Method, s.URL+r.URL.String(), nil) //nolint:gosec // to the simulation only
		if err != nil {
			t.Error(err)
			return
		}
		request.Header, request.Host = r.Header, r.Header.Get("User-Agent")
		response, err := direct.RoundTrip(request)
		if err != nil {
			t.Error(err)
			return
		}
		w.Header().Set("Content-Type", response.Header.Get("Content-Type"))
		w.WriteHeader(response.StatusCode)
		if err := copyBody(w, response); err != nil {
			t.Error(err)
		}
	})
	for host, trusted := range map[string]bool{
		"www.microsoft.com": true, "caissuers.microsoft.com": true, "cacerts.digicert.com:80": true,
		"www.microsoft.com.example.com": false, "169.254.169.254": false, "www.microsoft.com:8080": false,
	} {
		asked := ""
		client := imds.NewClient(imds.Config{
			Endpoint: front.URL, UserAgent: host, Roots: s.Service.Roots(),
			CertificateTransport: roundTrip(func(r *http.Request) (*http.Response, error) {
				asked = r.URL.Host
				r.URL.Host = strings.TrimPrefix(s.URL, "http://")
				return direct.RoundTrip(r)
			}),
		}, waittest.NewClock(imdstest.Now(), nil))
		t.Cleanup(client.Close)
		_, err := client.AttestedDocument(t.Context(), "1")
		if trusted != (err == nil) || trusted != (asked == host) {
			t.Errorf("%s: asked %q, %v", host, asked, err)
		}
		if !trusted {
			mustContain(t, err, "could not be fetched", host, "www.microsoft.com")
		}
	}
}

// directTransport leaves no connections behind when the test ends.
func directTransport(t *testing.T) *http.Transport {
	t.Helper()
	transport := simtest.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

func copyBody(w http.ResponseWriter, response *http.Response) error {
	var body json.RawMessage
	err := json.NewDecoder(response.Body).Decode(&body)
	if err == nil {
		_, err = w.Write(body)
	}
	return errors.Join(err, response.Body.Close())
}

func TestIssuersThatCannotBeFetched(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer foreign
		part   string
	}{
		"missing":      {foreign{404, nil, "no"}, "404"},
		"no PEM":       {foreign{200, nil, "<html>"}, "malformed certificate"},
		"redirected":   {foreign{302, map[string]string{"Location": "http://10.0.0.1/x.crt"}, ""}, "10.0.0.1"},
		"wrong signer": {foreign{200, nil, string(otherRoot(t))}, "x509"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, test.answer.ServeHTTP)
			s := imdstest.Start(t, nil, simulator.Options{})
			direct := directTransport(t)
			client, _ := newClient(t, s, imds.Config{CertificateTransport: roundTrip(func(r *http.Request) (*http.Response, error) {
				r.URL.Host = strings.TrimPrefix(server.URL, "http://")
				return direct.RoundTrip(r)
			})})
			_, err := client.AttestedDocument(t.Context(), "1")
			mustContain(t, err, "refused", "could not be fetched", test.part)
		})
	}
}

func otherRoot(t *testing.T) []byte {
	t.Helper()
	other, err := simulator.New(simcore.NewCore(simcore.NewStoppedClock(imdstest.Now())), nil, simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return other.RootPEM()
}

// verifyPublished lets a client read a published envelope at a time when it
// was not expired, trusting whatever roots.
func verifyPublished(t *testing.T, envelope any, now time.Time) error {
	t.Helper()
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { simcore.WriteJSON(w, http.StatusOK, envelope) })
	client := imds.NewClient(imds.Config{Endpoint: server.URL, Roots: x509.NewCertPool()}, waittest.NewClock(now, nil))
	t.Cleanup(client.Close)
	_, err := client.AttestedDocument(context.WithoutCancel(t.Context()), "")
	return err
}

func TestPublishedSignaturesAreRefused(t *testing.T) {
	t.Parallel()
	examples := imdstest.Examples(t, "GetAttestedData")
	if len(examples) < 2 {
		t.Fatalf("%d examples", len(examples))
	}
	for _, example := range examples {
		var body struct{ Encoding, Signature string }
		decode(t, example, &body)
		err := verifyPublished(t, map[string]string{"encoding": body.Encoding, "signature": body.Signature}, imdstest.Now())
		mustContain(t, err, "cut off", fmt.Sprint(len(body.Signature)))
		if strings.Contains(err.Error(), body.Signature[:40]) {
			t.Error("the error holds the signature")
		}
	}
	var sample map[string]string
	decode(t, imdstest.Sample(t, "attested-envelope-docs.json"), &sample)
	// Whole and rightly signed, but by a certificate of MD5 and no name.
	err := verifyPublished(t, sample, time.Date(2018, 11, 20, 22, 8, 0, 0, time.UTC))
	mustContain(t, err, "the signer's certificate is for", "testsubdomain.metadata.azure.com")
}

func decode(t *testing.T, raw []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}
