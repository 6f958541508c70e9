package imds

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
)

// The object identifiers of RFC 2315 and RFC 8017 that a document uses.
var (
	oidData          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSHA256WithRSA = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}
	oidRSA           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
)

// signedMessage is a PKCS #7 signed-data message in the form that captured
// documents have: SHA-256 with RSA, and sha256WithRSAEncryption in the
// places of the digest algorithm.
type signedMessage struct {
	content []byte
	// sent, when set, is carried instead of what was signed.
	sent           []byte
	certificates   []*x509.Certificate
	signers        int
	attributes     bool
	breakSignature bool
}

// der collects elements and the first error.
type der struct {
	bytes []byte
	err   error
}

func (d *der) add(value any) {
	if d.err != nil {
		return
	}
	var encoded []byte
	encoded, d.err = asn1.Marshal(value)
	d.bytes = append(d.bytes, encoded...)
}

// nest adds what build makes as one constructed element.
func (d *der) nest(class, tag int, build func(*der)) {
	inner := &der{err: d.err}
	build(inner)
	d.err = inner.err
	d.add(asn1.RawValue{Class: class, Tag: tag, IsCompound: true, Bytes: inner.bytes})
}

func (d *der) sequence(build func(*der)) { d.nest(asn1.ClassUniversal, asn1.TagSequence, build) }
func (d *der) set(build func(*der))      { d.nest(asn1.ClassUniversal, asn1.TagSet, build) }
func (d *der) tagged(tag int, build func(*der)) {
	d.nest(asn1.ClassContextSpecific, tag, build)
}

func (d *der) algorithm(oid asn1.ObjectIdentifier) {
	d.sequence(func(d *der) { d.add(oid); d.add(asn1.NullRawValue) })
}

func (m signedMessage) sign(certificate *x509.Certificate, key *rsa.PrivateKey) ([]byte, error) {
	sent := m.content
	if m.sent != nil {
		sent = m.sent
	}
	message := &der{}
	message.sequence(func(d *der) {
		d.add(oidSignedData)
		d.tagged(0, func(d *der) {
			d.sequence(func(d *der) {
				d.add(1)
				d.set(func(d *der) { d.algorithm(oidSHA256WithRSA) })
				d.sequence(func(d *der) {
					d.add(oidData)
					d.tagged(0, func(d *der) { d.add(sent) })
				})
				d.tagged(0, func(d *der) {
					for _, c := range m.certificates {
						d.add(asn1.RawValue{FullBytes: c.Raw})
					}
				})
				d.set(func(d *der) {
					for range m.signers {
						m.signerInfo(d, certificate, key)
					}
				})
			})
		})
	})
	return message.bytes, message.err
}

func (m signedMessage) signerInfo(d *der, certificate *x509.Certificate, key *rsa.PrivateKey) {
	signed := m.content
	attributes := &der{}
	if m.attributes {
		attributes.set(func(d *der) {
			attribute(d, oidContentType, oidData)
			attribute(d, oidMessageDigest, digest(m.content))
		})
		signed = attributes.bytes
	}
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest(signed))
	if err != nil {
		d.err = err
		return
	}
	if m.breakSignature {
		signature[0] ^= 1
	}
	d.sequence(func(d *der) {
		d.add(1)
		d.sequence(func(d *der) {
			d.add(asn1.RawValue{FullBytes: certificate.RawIssuer})
			d.add(certificate.SerialNumber)
		})
		d.algorithm(oidSHA256WithRSA)
		if m.attributes {
			// In the message the set carries the tag [0] instead of SET.
			d.bytes = append(d.bytes, 0xA0)
			d.bytes = append(d.bytes, attributes.bytes[1:]...)
		}
		d.algorithm(oidRSA)
		d.add(signature)
	})
}

func attribute(d *der, name asn1.ObjectIdentifier, value any) {
	d.sequence(func(d *der) {
		d.add(name)
		d.set(func(d *der) { d.add(value) })
	})
}
