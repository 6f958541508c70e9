package azure

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/secret"
)

// redactPolicy takes what a request authenticated with out of its answer:
// gateways have been seen to quote the request that they refuse. It sees the
// tokens, as it runs after the policy that adds them.
type redactPolicy struct {
	// errorsOnly leaves other answers as they are: a captured packet may hold
	// anything.
	errorsOnly bool
}

// secretsKey is the context's key of what WithSecrets adds.
type secretsKey struct{}

// WithSecrets keeps secrets that a request has in its body, such as the
// signature of a shared access signature, out of the answers to all requests
// that are made with the context. Signatures that it does not know go from their
// bodies as well, as they go from errors anyway.
func WithSecrets(ctx context.Context, secrets ...string) context.Context {
	return context.WithValue(ctx, secretsKey{}, secrets)
}

func (p redactPolicy) Do(r *policy.Request) (*http.Response, error) {
	response, err := r.Next()
	if err != nil || p.errorsOnly && response.StatusCode < http.StatusBadRequest {
		return response, err
	}
	secrets, err := secretsOf(r)
	if err != nil {
		return response, &refusedError{err}
	}
	_, guarded := r.Raw().Context().Value(secretsKey{}).([]string)
	return response, redactAnswer(response, secrets, signaturesOf(r), guarded || response.StatusCode >= http.StatusBadRequest)
}

// credentialFields are the members of a token request that prove who asks
// (RFC 6749 section 2.3.1, RFC 7523 section 2.2).
var credentialFields = []string{"client_secret", "client_assertion"}

// credentialHeaders are those with which a program proves to the identity
// endpoint of its host who it is: App Service, Functions and Container Apps;
// Service Fabric and Machine Learning.
//
// Source: the identity library's managedidentity package.
var credentialHeaders = []string{"X-Identity-Header", "Secret"}

// secretsOf returns what a request authenticates with.
func secretsOf(r *policy.Request) ([]string, error) {
	var secrets []string
	for _, name := range credentialHeaders {
		secrets = append(secrets, r.Raw().Header.Get(name))
	}
	if _, token, found := strings.Cut(r.Raw().Header.Get("Authorization"), " "); found {
		secrets = append(secrets, token)
	}
	if !strings.HasPrefix(r.Raw().Header.Get("Content-Type"), "application/x-www-form-urlencoded") || r.Body() == nil {
		return secrets, nil
	}
	if err := r.RewindBody(); err != nil {
		return nil, fmt.Errorf("read the request again: %w", err)
	}
	body, err := io.ReadAll(r.Body())
	if err != nil {
		return nil, fmt.Errorf("read the request again: %w", err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		// Not a token request, as those are the identity library's own.
		return secrets, nil //nolint:nilerr // the request is the caller's, and was sent
	}
	for _, field := range credentialFields {
		secrets = append(secrets, form.Get(field))
	}
	return secrets, nil
}

// signaturesOf returns those of a request's address and body.
func signaturesOf(r *policy.Request) []string {
	found := signaturesIn(r.Raw().URL)
	if inBody, ok := r.Raw().Context().Value(secretsKey{}).([]string); ok {
		found = append(found, inBody...)
	}
	return found
}

// signingParameters are those of addresses: of storage (sig), and of Resource
// Manager's operations (time, certificate, signature, hash).
var signingParameters = []string{"sig", "t", "c", "s", "h"}

// shortestSignature tells signatures from other parameters of those names.
const shortestSignature = 16

func signaturesIn(address *url.URL) []string {
	var found []string
	query := address.Query()
	for _, name := range signingParameters {
		if value := query.Get(name); len(value) >= shortestSignature || name == "sig" {
			found = append(found, value)
		}
	}
	return found
}

// addressHeaders are those that name an operation. They are needed as they are.
var addressHeaders = []string{http.CanonicalHeaderKey("Azure-AsyncOperation"), "Location", "Operation-Location"}

// AddressSignatures returns the signatures of the addresses of an operation that an
// answer names.
func AddressSignatures(header http.Header) []string {
	var found []string
	for _, name := range addressHeaders {
		if address, err := url.Parse(header.Get(name)); err == nil {
			found = append(found, signaturesIn(address)...)
		}
	}
	return found
}

// redactAnswer removes what the request proved itself with, and from all but
// addresses the signatures that are known, those of the answer's own addresses among
// them; from the body also what looks like one, if it shall.
func redactAnswer(response *http.Response, credentials, known []string, signatures bool) error {
	redactor := secret.NewRedactor(credentials...)
	all := secret.NewRedactor(slices.Concat(credentials, known, AddressSignatures(response.Header))...)
	for name, values := range response.Header {
		clean := all.Clean
		if slices.Contains(addressHeaders, name) {
			clean = redactor.Clean
		}
		for i, value := range values {
			values[i] = clean(value)
		}
	}
	body, err := runtime.Payload(response)
	if err != nil {
		return err
	}
	said := string(body)
	clean := all.Clean(said)
	if signatures {
		clean = secret.WithoutSignatures(clean)
	}
	if clean != said {
		response.Body = io.NopCloser(strings.NewReader(clean))
	}
	return nil
}
