package imds

import (
	"bytes"
	"crypto"
	_ "crypto/sha256" // SHA-256 for crypto.Hash.
	_ "crypto/sha512" // SHA-384 and SHA-512 for crypto.Hash.
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
)

// signedData is a PKCS #7 signed-data message with one signer, parsed but
// not verified.
type signedData struct {
	content      []byte
	certificates []*x509.Certificate
	signer       signerInfo
}

// The ASN.1 of RFC 2315, sections 7 and 9.
type (
	contentInfo struct {
		ContentType asn1.ObjectIdentifier
		Content     asn1.RawValue `asn1:"explicit,optional,tag:0"`
	}
	signedDataBody struct {
		Version          int
		DigestAlgorithms []pkix.AlgorithmIdentifier `asn1:"set"`
		ContentInfo      contentInfo
		Certificates     asn1.RawValue `asn1:"optional,tag:0"`
		CRLs             asn1.RawValue `asn1:"optional,tag:1"`
		SignerInfos      []signerInfo  `asn1:"set"`
	}
	signerInfo struct {
		Version                   int
		IssuerAndSerialNumber     issuerAndSerialNumber
		DigestAlgorithm           pkix.AlgorithmIdentifier
		AuthenticatedAttributes   asn1.RawValue `asn1:"optional,tag:0"`
		SignatureAlgorithm        pkix.AlgorithmIdentifier
		Signature                 []byte
		UnauthenticatedAttributes asn1.RawValue `asn1:"optional,tag:1"`
	}
	issuerAndSerialNumber struct {
		Issuer       asn1.RawValue
		SerialNumber *big.Int
	}
	attribute struct {
		Type   asn1.ObjectIdentifier
		Values asn1.RawValue
	}
)

const (
	oidData          = "1.2.840.113549.1.7.1"
	oidSignedData    = "1.2.840.113549.1.7.2"
	oidContentType   = "1.2.840.113549.1.9.3"
	oidMessageDigest = "1.2.840.113549.1.9.4"
)

// maxCertificates is more than any chain needs.
const maxCertificates = 16

// parseSignedData reads DER. It refuses anything but one message with
// content, certificates and exactly one signer.
func parseSignedData(der []byte) (*signedData, error) {
	var outer contentInfo
	if err := unmarshalAll(der, &outer); err != nil {
		return nil, fmt.Errorf("not a PKCS #7 message: %w", err)
	}
	if outer.ContentType.String() != oidSignedData {
		return nil, fmt.Errorf("not a signed-data message but type %s", outer.ContentType)
	}
	var body signedDataBody
	if err := unmarshalAll(outer.Content.Bytes, &body); err != nil {
		return nil, fmt.Errorf("malformed signed-data: %w", err)
	}
	if body.ContentInfo.ContentType.String() != oidData {
		return nil, fmt.Errorf("the signed content has type %s instead of plain data", body.ContentInfo.ContentType)
	}
	message := &signedData{}
	if err := unmarshalAll(body.ContentInfo.Content.Bytes, &message.content); err != nil {
		return nil, fmt.Errorf("malformed signed content: %w", err)
	}
	if len(body.SignerInfos) != 1 {
		return nil, fmt.Errorf("%d signers instead of exactly one", len(body.SignerInfos))
	}
	message.signer = body.SignerInfos[0]
	var err error
	if message.certificates, err = x509.ParseCertificates(body.Certificates.Bytes); err != nil {
		return nil, fmt.Errorf("malformed certificate: %w", err)
	}
	if len(message.certificates) > maxCertificates {
		return nil, fmt.Errorf("%d certificates, which is more than any chain needs", len(message.certificates))
	}
	return message, nil
}

func unmarshalAll(der []byte, into any) error {
	rest, err := asn1.Unmarshal(der, into)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%d bytes too many", len(rest))
	}
	return err
}

// verify checks the signature, and returns the certificate that made it.
// Whether that certificate is to be trusted is another question.
func (s *signedData) verify() (*x509.Certificate, error) {
	certificate := s.signerCertificate()
	if certificate == nil {
		return nil, errors.New("the signer's certificate is not in the message")
	}
	hash, err := hashOf(s.signer.DigestAlgorithm.Algorithm)
	if err != nil {
		return nil, err
	}
	signed := s.content
	if attributes := s.signer.AuthenticatedAttributes; len(attributes.FullBytes) > 0 {
		if err := checkAttributes(attributes, hash, s.content); err != nil {
			return nil, err
		}
		// What is signed is the set with its own tag (RFC 2315, 9.3).
		signed = append([]byte{0x31}, attributes.FullBytes[1:]...)
	}
	algorithm, err := signatureAlgorithm(certificate.PublicKeyAlgorithm, hash)
	if err != nil {
		return nil, err
	}
	if err := certificate.CheckSignature(algorithm, signed, s.signer.Signature); err != nil {
		return nil, fmt.Errorf("the signature does not fit the content: %w", err)
	}
	return certificate, nil
}

func (s *signedData) signerCertificate() *x509.Certificate {
	wanted := s.signer.IssuerAndSerialNumber
	for _, certificate := range s.certificates {
		if bytes.Equal(certificate.RawIssuer, wanted.Issuer.FullBytes) && certificate.SerialNumber.Cmp(wanted.SerialNumber) == 0 {
			return certificate
		}
	}
	return nil
}

// hashOf names the hash of a digest algorithm. The service puts signature
// algorithms in that place. MD5 and SHA-1 prove nothing any more.
func hashOf(algorithm asn1.ObjectIdentifier) (crypto.Hash, error) {
	switch algorithm.String() {
	case "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2":
		return crypto.SHA256, nil
	case "2.16.840.1.101.3.4.2.2", "1.2.840.113549.1.1.12", "1.2.840.10045.4.3.3":
		return crypto.SHA384, nil
	case "2.16.840.1.101.3.4.2.3", "1.2.840.113549.1.1.13", "1.2.840.10045.4.3.4":
		return crypto.SHA512, nil
	}
	return 0, fmt.Errorf("digest algorithm %s is unknown or not secure", algorithm)
}

func signatureAlgorithm(key x509.PublicKeyAlgorithm, hash crypto.Hash) (x509.SignatureAlgorithm, error) {
	rsa := map[crypto.Hash]x509.SignatureAlgorithm{crypto.SHA256: x509.SHA256WithRSA, crypto.SHA384: x509.SHA384WithRSA, crypto.SHA512: x509.SHA512WithRSA}
	ecdsa := map[crypto.Hash]x509.SignatureAlgorithm{crypto.SHA256: x509.ECDSAWithSHA256, crypto.SHA384: x509.ECDSAWithSHA384, crypto.SHA512: x509.ECDSAWithSHA512}
	switch key {
	case x509.RSA:
		return rsa[hash], nil
	case x509.ECDSA:
		return ecdsa[hash], nil
	case x509.UnknownPublicKeyAlgorithm, x509.DSA, x509.Ed25519:
	}
	return 0, fmt.Errorf("the signer's key is of kind %s, which attested documents do not use", key)
}

// checkAttributes ties signed attributes to the content: without, any content
// would do.
func checkAttributes(raw asn1.RawValue, hash crypto.Hash, content []byte) error {
	var digested, typed bool
	for rest := raw.Bytes; len(rest) > 0; {
		var item attribute
		var err error
		if rest, err = asn1.Unmarshal(rest, &item); err != nil {
			return fmt.Errorf("malformed signed attributes: %w", err)
		}
		switch item.Type.String() {
		case oidMessageDigest:
			var digest []byte
			if err := unmarshalAll(item.Values.Bytes, &digest); err != nil {
				return fmt.Errorf("malformed message digest: %w", err)
			}
			sum := hash.New()
			sum.Write(content)
			if digested || !bytes.Equal(digest, sum.Sum(nil)) {
				return errors.New("the signed digest does not fit the content")
			}
			digested = true
		case oidContentType:
			var kind asn1.ObjectIdentifier
			if err := unmarshalAll(item.Values.Bytes, &kind); err != nil || kind.String() != oidData {
				return errors.New("the signed content type is not plain data")
			}
			typed = true
		}
	}
	if !digested || !typed {
		return errors.New("the signed attributes do not cover the content")
	}
	return nil
}
