package imds

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	// maxIssuers is how many certificates above the signer's are fetched:
	// issuing authorities, and cross-signed roots.
	maxIssuers             = 4
	maxCertificateBytes    = 64 << 10
	certificateTimeout     = 15 * time.Second
	maxCertificateRedirect = 3
)

// issuerHosts are the hosts that certificates of Azure's services name for
// their issuers ("Azure Certificate Authority details", AIA).
func issuerHosts() []string {
	return []string{"www.microsoft.com", "caissuers.microsoft.com", "cacerts.digicert.com", "cacerts.digicert.cn", "cacerts.geotrust.com"}
}

// metadataDomains are the names that the clouds' signers carry: public, US
// Government, China, Germany.
func metadataDomains() []string {
	return []string{"metadata.azure.com", "metadata.azure.us", "metadata.azure.cn", "metadata.microsoftazure.de"}
}

// checkName demands that the certificate is for a metadata service: it names
// one of the clouds' domains or a name below one.
func checkName(certificate *x509.Certificate) error {
	for _, name := range certificate.DNSNames {
		name = strings.ToLower(name)
		for _, domain := range metadataDomains() {
			if name == domain || strings.HasSuffix(name, "."+domain) {
				return nil
			}
		}
	}
	return fmt.Errorf("the signer's certificate is for %q (subject %q), not for any of %s",
		certificate.DNSNames, certificate.Subject, strings.Join(metadataDomains(), ", "))
}

// checkChain verifies the signer's certificate up to a trusted root. What
// the message does not carry of the chain is fetched from where each
// certificate says that its issuer's is.
func (c *Client) checkChain(ctx context.Context, leaf *x509.Certificate, carried []*x509.Certificate) error {
	pool := x509.NewCertPool()
	for _, certificate := range carried {
		pool.AddCert(certificate)
	}
	options := x509.VerifyOptions{
		Roots: c.config.Roots, Intermediates: pool, CurrentTime: c.clock.Now(),
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	}
	top := topOfChain(leaf, carried)
	for fetched := 0; ; fetched++ {
		_, err := leaf.Verify(options)
		if err == nil || !errors.As(err, new(x509.UnknownAuthorityError)) {
			return err
		}
		if fetched == maxIssuers || bytes.Equal(top.RawSubject, top.RawIssuer) || len(top.IssuingCertificateURL) == 0 {
			return fmt.Errorf("the chain ends at %q, issued by %q, which this machine does not trust: %w", top.Subject, top.Issuer, err)
		}
		if top, err = c.issuer(ctx, top); err != nil {
			return err
		}
		pool.AddCert(top)
	}
}

// topOfChain follows issuers within the carried certificates, in whatever order
// they come.
func topOfChain(certificate *x509.Certificate, carried []*x509.Certificate) *x509.Certificate {
	for range carried {
		index := slices.IndexFunc(carried, func(candidate *x509.Certificate) bool {
			return candidate != certificate && bytes.Equal(candidate.RawSubject, certificate.RawIssuer) && certificate.CheckSignatureFrom(candidate) == nil
		})
		if index < 0 {
			break
		}
		certificate = carried[index]
	}
	return certificate
}

// issuer returns the certificate that signed another, from one of the
// addresses that it names.
func (c *Client) issuer(ctx context.Context, certificate *x509.Certificate) (*x509.Certificate, error) {
	var failures []error
	for _, address := range certificate.IssuingCertificateURL {
		issuer, err := c.download(ctx, address)
		if err == nil {
			err = certificate.CheckSignatureFrom(issuer)
		}
		if err == nil {
			return issuer, nil
		}
		failures = append(failures, fmt.Errorf("%s: %w", address, err))
	}
	return nil, fmt.Errorf("the certificate that issued %q could not be fetched (this goes over the internet, and uses the proxy if one is set): %w",
		certificate.Subject, errors.Join(failures...))
}

func (c *Client) download(ctx context.Context, address string) (*x509.Certificate, error) {
	if known, found := c.issuers.Load(address); found {
		if certificate, ok := known.(*x509.Certificate); ok {
			return certificate, nil
		}
	}
	target, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if err := c.checkIssuerHost(target); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, certificateTimeout)
	defer cancel()
	call, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return nil, err
	}
	call.Header.Set("User-Agent", c.config.UserAgent)
	response, err := c.certificates.Do(call)
	if err != nil {
		return nil, errors.New(connectionProblem(err))
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxCertificateBytes))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %s", response.Status)
	}
	if block, _ := pem.Decode(body); block != nil {
		body = block.Bytes
	}
	certificate, err := x509.ParseCertificate(body)
	if err == nil {
		c.issuers.Store(address, certificate)
	}
	return certificate, err
}

// checkIssuerHost keeps a forged certificate from making this process ask
// arbitrary servers. A service at an endpoint of the user's choice may serve
// its own issuers.
func (c *Client) checkIssuerHost(target *url.URL) error {
	own := c.config.Endpoint != DefaultEndpoint && target.Host == c.origin.Host
	standard := (target.Port() == "" || target.Port() == "80" || target.Port() == "443") && slices.Contains(issuerHosts(), strings.ToLower(target.Hostname()))
	if (target.Scheme != "http" && target.Scheme != "https") || !own && !standard {
		return fmt.Errorf("host %q is none that certificates of Azure's services name: %s", shorten(target.Host), strings.Join(issuerHosts(), ", "))
	}
	return nil
}

// certificateClient uses the environment's proxy, unlike everything else
// here: issuers are on the internet.
func (c *Client) certificateClient() *http.Client {
	transport := c.config.CertificateTransport
	if transport == nil {
		transport = &http.Transport{Proxy: http.ProxyFromEnvironment, IdleConnTimeout: 30 * time.Second, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: maxHeaderBytes}
	}
	return &http.Client{Transport: transport, CheckRedirect: func(call *http.Request, via []*http.Request) error {
		if len(via) >= maxCertificateRedirect {
			return errors.New("too many redirects")
		}
		return c.checkIssuerHost(call.URL)
	}}
}
