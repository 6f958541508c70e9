package azure

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
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
	return response, redactAnswer(response, secret.NewRedactor(secrets...), guarded || response.StatusCode >= http.StatusBadRequest)
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
	// The signature of a shared access signature.
	secrets = append(secrets, r.Raw().URL.Query().Get("sig"))
	if inBody, ok := r.Raw().Context().Value(secretsKey{}).([]string); ok {
		secrets = append(secrets, inBody...)
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

// redactAnswer removes what the redactor knows, and from the body what looks like a
// signature; addresses in headers are needed as they are.
func redactAnswer(response *http.Response, redactor *secret.Redactor, signatures bool) error {
	for _, values := range response.Header {
		for i, value := range values {
			values[i] = redactor.Clean(value)
		}
	}
	body, err := runtime.Payload(response)
	if err != nil {
		return err
	}
	said := string(body)
	clean := redactor.Clean(said)
	if signatures {
		clean = secret.WithoutSignatures(clean)
	}
	if clean != said {
		response.Body = io.NopCloser(strings.NewReader(clean))
	}
	return nil
}
