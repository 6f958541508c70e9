package imds

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// issuerPath is where signers' certificates say that their issuer's
// certificate is.
const issuerPath = "/pki/cloudsim-imds-issuing-ca.crt"

// The defects that attested documents can have.
const (
	defectNone       = "none"
	defectContent    = "content"
	defectSignature  = "signature"
	defectTwoSigners = "two_signers"
	defectNoSigner   = "no_signer"
	defectName       = "foreign_name"
	defectUntrusted  = "untrusted"
	defectExpired    = "expired"
	defectTruncated  = "truncated"
	defectStaleNonce = "stale_nonce"
)

var defects = []string{
	defectNone, defectContent, defectSignature, defectTwoSigners, defectNoSigner,
	defectName, defectUntrusted, defectExpired, defectTruncated, defectStaleNonce,
}

// attestedClaims is the signed JSON.
type attestedClaims struct {
	Nonce          string            `json:"nonce"`
	Plan           map[string]string `json:"plan"`
	LicenseType    *string           `json:"licenseType,omitempty"`
	SKU            *string           `json:"sku,omitempty"`
	SubscriptionID *string           `json:"subscriptionId,omitempty"`
	TimeStamp      struct {
		CreatedOn string `json:"createdOn"`
		ExpiresOn string `json:"expiresOn"`
	} `json:"timeStamp"`
	VMID string `json:"vmId"`
}

// attestedTime is UTC, whose offset the service writes with a minus sign.
const attestedTime = "01/02/06 15:04:05 -0000"

var nonceForm = regexp.MustCompile(`^[A-Za-z0-9+/=]{1,32}$`)

func (s *Service) getAttested(w http.ResponseWriter, c call) {
	if c.query.Has("nonce") && !nonceForm.MatchString(c.query.Get("nonce")) {
		instanceFamily.refuse(w, http.StatusBadRequest, "")
		return
	}
	signature, err := s.attest(c)
	if err != nil {
		instanceFamily.refuse(w, http.StatusInternalServerError, "")
		return
	}
	encoded := base64.StdEncoding.EncodeToString(signature)
	if s.switches.Get(switchAttestedDefect) == defectTruncated {
		encoded = encoded[:len(encoded)*3/4]
	}
	simcore.WriteJSON(w, http.StatusOK, struct {
		Encoding  string `json:"encoding"`
		Signature string `json:"signature"`
	}{"pkcs7", encoded})
}

func (s *Service) attest(c call) ([]byte, error) {
	defect := s.switches.Get(switchAttestedDefect)
	content, err := json.Marshal(s.claims(c, defect))
	if err != nil {
		return nil, err
	}
	names := []string{s.options.Location + "." + s.metadataDomain(), s.metadataDomain()}
	if defect == defectName {
		names = []string{s.metadataDomain() + ".example.com"}
	}
	certificate, key, err := s.pki.signer(names, "http://"+c.request.Host+issuerPath, defect != defectUntrusted)
	if err != nil {
		return nil, err
	}
	message := signedMessage{content: content, signers: 1, attributes: s.switches.On(switchAttestedAttrs)}
	if s.switches.On(switchAttestedInclude) {
		message.certificates = append(message.certificates, s.pki.issuer)
	}
	message.certificates = append(message.certificates, certificate)
	switch defect {
	case defectTwoSigners:
		message.signers = 2
	case defectNoSigner:
		message.signers = 0
	case defectContent:
		message.sent = []byte(strings.Replace(string(content), s.options.VMID, "00000000-0000-0000-0000-000000000000", 1))
	}
	message.breakSignature = defect == defectSignature
	return message.sign(certificate, key)
}

// metadataDomain is the name that the cloud's signers carry.
func (s *Service) metadataDomain() string {
	switch s.switches.Get(switchEnvironment) {
	case "AzureUSGovernmentCloud":
		return "metadata.azure.us"
	case "AzureChinaCloud":
		return "metadata.azure.cn"
	case "AzureGermanCloud":
		return "metadata.microsoftazure.de"
	}
	return "metadata.azure.com"
}

func (s *Service) claims(c call, defect string) attestedClaims {
	now := s.core.Clock.Now()
	expires := now.Add(s.switches.Duration(switchAttestedLife))
	if defect == defectExpired {
		expires = now.Add(-time.Second)
	}
	claims := attestedClaims{
		Nonce: c.query.Get("nonce"), VMID: s.options.VMID,
		Plan: map[string]string{"name": "", "product": "", "publisher": ""},
	}
	if claims.Nonce == "" {
		claims.Nonce = now.Format("20060102-150405")
	}
	if s.staleNonce == "" {
		s.staleNonce = claims.Nonce
	}
	if defect == defectStaleNonce {
		claims.Nonce = s.staleNonce
	}
	claims.TimeStamp.CreatedOn = now.Format(attestedTime)
	claims.TimeStamp.ExpiresOn = expires.Format(attestedTime)
	compute, _ := s.instance()["compute"].(object)
	add := func(since, key string) *string {
		// Classic machines get a document without what only ARM knows.
		value, known := compute[key].(string)
		if c.version < since || !known {
			return nil
		}
		return &value
	}
	claims.SubscriptionID = add("2019-04-30", "subscriptionId")
	claims.SKU = add("2019-11-01", "sku")
	claims.LicenseType = add("2020-09-01", "licenseType")
	return claims
}

func (s *Service) getIssuer(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Content-Type", "application/pkix-cert")
	if _, err := w.Write(s.pki.issuer.Raw); err != nil {
		return // The client has gone, which is its right.
	}
}

func digest(content []byte) []byte {
	sum := sha256.Sum256(content)
	return sum[:]
}
