package imds

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func signedSample(t *testing.T, name string) []byte {
	t.Helper()
	encoded, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	der, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(encoded)))
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestSignedSamplesVerify(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"attested-plain.b64", "attested-attributes.b64"} {
		message, err := parseSignedData(signedSample(t, name))
		if err != nil {
			t.Fatal(err)
		}
		signer, err := message.verify()
		if err != nil || signer.DNSNames[0] != "westeurope.metadata.azure.com" {
			t.Errorf("%s: %v %v", name, signer, err)
		}
		claims, err := decodeClaims(message.content)
		if err != nil || claims.Nonce != "1234567890" || claims.CreatedOn.Year() != 2026 {
			t.Errorf("%s: %+v %v", name, claims, err)
		}
	}
}

func TestEveryCutOfAMessageIsRefused(t *testing.T) {
	t.Parallel()
	der := signedSample(t, "attested-attributes.b64")
	for length := range der {
		if _, err := parseSignedData(der[:length]); err == nil {
			t.Errorf("cut after %d bytes", length)
		}
	}
	if _, err := parseSignedData(append(bytes.Clone(der), 0)); err == nil {
		t.Error("a byte too many is accepted")
	}
}

func TestASignersCertificateIsFoundByIssuerAndSerial(t *testing.T) {
	t.Parallel()
	message, err := parseSignedData(signedSample(t, "attested-plain.b64"))
	if err != nil {
		t.Fatal(err)
	}
	other := *message.certificates[0]
	message.signer.IssuerAndSerialNumber.SerialNumber.Add(other.SerialNumber, other.SerialNumber)
	if _, err := message.verify(); err == nil || !strings.Contains(err.Error(), "not in the message") {
		t.Errorf("%v", err)
	}
}

func TestAttributesHaveToCoverTheContent(t *testing.T) {
	t.Parallel()
	if err := checkAttributes(asn1.RawValue{}, crypto.SHA256, []byte("x")); err == nil {
		t.Error("no attributes at all are accepted")
	}
}

func TestOldHashesAreRefused(t *testing.T) {
	t.Parallel()
	for _, old := range []asn1.ObjectIdentifier{{1, 2, 840, 113549, 2, 5}, {1, 3, 14, 3, 2, 26}, {1, 2, 840, 113549, 1, 1, 5}, {1, 2, 840, 113549, 1, 1, 4}} {
		if hash, err := hashOf(old); err == nil {
			t.Errorf("%s is %s", old, hash)
		}
	}
}

func TestSignersNames(t *testing.T) {
	t.Parallel()
	for name, good := range map[string]bool{
		"metadata.azure.com": true, "westeurope.metadata.azure.com": true, "Metadata.Azure.US": true, "x.metadata.azure.cn": true, "metadata.microsoftazure.de": true,
		"xmetadata.azure.com": false, "metadata.azure.com.example.com": false, "azure.com": false, "metadata.azure.org": false, "": false,
	} {
		if err := checkName(&x509.Certificate{DNSNames: []string{"other.example.com", name}}); (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestClaimsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for content, part := range map[string]string{
		`{`:  "not valid JSON",
		`[]`: "not a JSON object",
		`{}`: "no timeStamp.createdOn",
		`{"timeStamp":{"createdOn":"11/30/20 21:19:19 -0000"}}`:                          "no timeStamp.expiresOn",
		`{"timeStamp":{"createdOn":"11/30/20 21:19:19 -0000","expiresOn":"2020-11-30"}}`: "not a time",
	} {
		if _, err := decodeClaims([]byte(content)); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: %v", content, err)
		}
	}
}
