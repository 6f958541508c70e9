package imds

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

const (
	attestedPath = "/metadata/attested/document"
	// firstAttestedVersion is the first api-version with attested documents.
	firstAttestedVersion = "2018-10-01"
)

// AttestedDocument is a signed statement about the machine that was verified
// before it was returned.
type AttestedDocument struct {
	// Signature is the signed message in base64. Until ExpiresOn whoever has
	// it can pass for this machine: treat it as a secret.
	Signature string
	// Encoding is "pkcs7".
	Encoding string
	// Nonce is what was asked for, or what the service put in.
	Nonce string
	// CreatedOn and ExpiresOn bound the statement, in UTC.
	CreatedOn time.Time
	ExpiresOn time.Time
	// The machine's particulars; nil means absent or empty. Plan is nil
	// without a purchase plan.
	VMID           *string `json:"vmId"`
	SubscriptionID *string `json:"subscriptionId"`
	SKU            *string `json:"sku"`
	LicenseType    *string `json:"licenseType"`
	Plan           *Plan   `json:"plan"`
	// Claims is the signed JSON as a whole.
	Claims json.RawMessage
	// SignerNames are the names in the signer's certificate.
	SignerNames []string
	// APIVersionUsed is the api-version that the service answered to.
	APIVersionUsed string
}

// VerificationError says why an attested document is not to be believed.
type VerificationError struct {
	// Problem is what is wrong.
	Problem string
	// RequestID is the x-ms-request-id of the answer.
	RequestID string

	cause error
}

// Error tells what is wrong with the document.
func (e *VerificationError) Error() string {
	return "the attested document is refused: " + e.Problem
}

// Describe implements failure.Describer: what Error tells, in parts.
func (e *VerificationError) Describe() failure.Details {
	return failure.Details{Summary: e.Error(), RequestID: e.RequestID}
}

// Unwrap returns the underlying error, if there is one.
func (e *VerificationError) Unwrap() error { return e.cause }

func unverified(err error) error { return &VerificationError{Problem: err.Error(), cause: err} }

var nonceForm = regexp.MustCompile(`^[A-Za-z0-9+/=_-]{1,32}$`)

// CheckNonce reports whether the service would take a nonce: up to 32
// letters, digits and the other characters of base64.
func CheckNonce(nonce string) error {
	if !nonceForm.MatchString(nonce) {
		return errors.New("a nonce is 1 to 32 letters, digits or characters of base64")
	}
	return nil
}

// AttestedDocument asks for a signed statement and verifies it: one signer,
// its signature, its name, its chain of certificates up to a trusted root,
// the time, and the nonce. With an empty nonce the service makes one up, and
// the document may be one that it made earlier.
//
// The errors are *VerificationError for a document that is not to be
// believed, and those of Instance.
func (c *Client) AttestedDocument(ctx context.Context, nonce string) (*AttestedDocument, error) {
	if nonce != "" {
		if err := CheckNonce(nonce); err != nil {
			return nil, err
		}
	}
	got, version, err := c.negotiate(ctx, c.attestedVersions(), func(ctx context.Context, version string) (*answer, error) {
		r := c.get(operationAttested, attestedPath, version)
		if nonce != "" {
			r.query.Set("nonce", nonce)
		}
		return c.do(ctx, r)
	})
	if err != nil {
		return nil, err
	}
	document, err := c.verifyAttested(ctx, got.body, nonce)
	if err != nil {
		if refused, ok := errors.AsType[*VerificationError](err); ok {
			refused.RequestID = got.requestID()
		}
		return nil, fmt.Errorf("%s [%s]: %w", operationAttested, identifiers(got.requestID(), got.clientRequestID), err)
	}
	document.APIVersionUsed = version
	return document, nil
}

// attestedVersions starts with what the host is known to know.
func (c *Client) attestedVersions() []string {
	newest := knownVersions()[0]
	if negotiated := c.negotiated.Load(); negotiated != nil && *negotiated >= firstAttestedVersion {
		newest = *negotiated
	}
	return slices.DeleteFunc(knownVersions(), func(version string) bool {
		return version > newest || version < firstAttestedVersion
	})
}

func (c *Client) verifyAttested(ctx context.Context, body []byte, nonce string) (*AttestedDocument, error) {
	message, envelope, err := openEnvelope(body)
	if err != nil {
		return nil, unverified(err)
	}
	signer, err := message.verify()
	if err != nil {
		return nil, unverified(err)
	}
	if err := checkName(signer); err != nil {
		return nil, unverified(err)
	}
	if err := c.checkChain(ctx, signer, message.certificates); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, unverified(err)
	}
	document, err := decodeClaims(message.content)
	if err != nil {
		return nil, unverified(err)
	}
	if now := c.clock.Now(); !now.Before(document.ExpiresOn) {
		return nil, unverified(fmt.Errorf("it expired at %s, and this machine's clock says %s", document.ExpiresOn.Format(time.RFC3339), now.UTC().Format(time.RFC3339)))
	}
	if nonce != "" && document.Nonce != nonce {
		return nil, unverified(errors.New("its nonce is not the one that was asked for, so it may be an old document that is sent again; ask again after it expires at " + document.ExpiresOn.Format(time.RFC3339)))
	}
	document.Encoding, document.Signature, document.SignerNames = envelope.Encoding, envelope.Signature, signer.DNSNames
	return document, nil
}

// envelope is the answer of the endpoint.
type envelope struct {
	Encoding  string `json:"encoding"`
	Signature string `json:"signature"`
}

func openEnvelope(body []byte) (*signedData, envelope, error) {
	var outer envelope
	if err := json.Unmarshal(body, &outer); err != nil {
		return nil, outer, fmt.Errorf("its envelope cannot be read: %w", err)
	}
	if !strings.EqualFold(outer.Encoding, "pkcs7") {
		if reported := errorInside(body); reported != "" {
			return nil, outer, fmt.Errorf("there is none, the answer reports an error: %s", reported)
		}
		return nil, outer, fmt.Errorf("its encoding is %q instead of \"pkcs7\"", shorten(outer.Encoding))
	}
	der, err := base64.StdEncoding.DecodeString(outer.Signature)
	if err != nil {
		return nil, outer, fmt.Errorf("its signature of %d characters is not base64, perhaps because it is cut off: %w", len(outer.Signature), err)
	}
	message, err := parseSignedData(der)
	if err != nil {
		return nil, outer, fmt.Errorf("its signature of %d bytes cannot be read, perhaps because it is cut off: %w", len(der), err)
	}
	return message, outer, nil
}

// attestedTime is how the claims give times: month, day and two digits of
// the year.
const attestedTime = "01/02/06 15:04:05 -0700"

func decodeClaims(content []byte) (*AttestedDocument, error) {
	if !json.Valid(content) {
		return nil, errors.New("the signed content is not valid JSON: " + jsonProblem(content))
	}
	r := &reader{}
	root := newNode(r, "", content)
	if root.members == nil {
		return nil, errors.New("the signed content is not a JSON object")
	}
	document := &AttestedDocument{Claims: root.raw}
	decode(root, reflect.ValueOf(document).Elem())
	if nonce := root.get("nonce").text(); nonce != nil {
		document.Nonce = *nonce
	}
	var err error
	if document.CreatedOn, err = claimTime(root, "createdOn"); err != nil {
		return nil, err
	}
	document.ExpiresOn, err = claimTime(root, "expiresOn")
	return document, err
}

func claimTime(root node, name string) (time.Time, error) {
	text := root.get("timeStamp").get(name).text()
	if text == nil {
		return time.Time{}, fmt.Errorf("the signed content has no timeStamp.%s", name)
	}
	parsed, err := time.Parse(attestedTime, *text)
	if err != nil {
		return time.Time{}, fmt.Errorf("timeStamp.%s is %q, which is not a time of the form %q", name, shorten(*text), attestedTime)
	}
	return parsed.UTC(), nil
}
