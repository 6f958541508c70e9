package iam

import (
	"bytes"
	"crypto/hmac"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// Identity is who sent a request.
type Identity struct {
	// ProjectID is the project that the sender's token, or its X-Project-Id
	// header, is scoped to; empty when neither names one.
	ProjectID string
}

// maxBody is what the simulated gateway takes; the real one's limit for
// these calls is far below.
const maxBody = 12 << 20

// Authenticate checks a request's token or signature and returns its body,
// which it has to read for that. Every simulated Huawei Cloud service calls
// it.
func (s *Service) Authenticate(r *http.Request) (Identity, []byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return Identity{}, nil, err
	}
	if len(body) > maxBody {
		return Identity{}, nil, errors.New("the request body is too large")
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if value := r.Header.Get("X-Auth-Token"); value != "" {
		identity, err := s.identityOfToken(value)
		return identity, body, err
	}
	if r.Header.Get("Authorization") == "" {
		return Identity{}, nil, errors.New("neither X-Auth-Token nor Authorization was sent")
	}
	return Identity{ProjectID: r.Header.Get("X-Project-Id")}, body, s.verifySignature(r, body)
}

func (s *Service) verifySignature(r *http.Request, body []byte) error {
	sent, err := parseAuthorization(r.Header.Get("Authorization"))
	if err != nil {
		return err
	}
	key, known := s.key(sent.access)
	if !known {
		return errors.New("verify ak error, the ak does not exist")
	}
	if err := s.checkTemporary(key, r.Header.Get("X-Security-Token")); err != nil {
		return err
	}
	date := r.Header.Get("X-Sdk-Date")
	if err := s.checkDate(date); err != nil {
		return err
	}
	canonical, err := canonicalRequest(r, sent.signedHeaders, body)
	if err != nil {
		return err
	}
	if !hmac.Equal([]byte(sent.signature), []byte(signature(canonical, date, key.Secret))) {
		return errors.New("verify aksk signature fail")
	}
	return nil
}

func (s *Service) checkTemporary(key AccessKey, sentToken string) error {
	if key.SecurityToken != sentToken {
		return errors.New("the security token does not belong to the ak")
	}
	if !key.ExpiresAt.IsZero() && !s.core.Clock.Now().Before(key.ExpiresAt) {
		return errors.New("the ak has expired")
	}
	return nil
}

func (s *Service) checkDate(date string) error {
	signed, err := time.Parse("20060102T150405Z", date)
	if err != nil {
		return fmt.Errorf("the X-Sdk-Date %q is not of the form YYYYMMDDTHHMMSSZ", date)
	}
	tolerance := s.switches.Duration("signature_date_tolerance")
	if tolerance > 0 && s.core.Clock.Now().Sub(signed).Abs() > tolerance {
		return errors.New("the signature has expired")
	}
	return nil
}

// RefuseUnauthenticated answers as the API gateway does to a request whose
// sender it cannot authenticate.
func RefuseUnauthenticated(w http.ResponseWriter, cause error) {
	refuseAtGateway(w, http.StatusUnauthorized, "APIGW.0301", "Incorrect IAM authentication information: "+cause.Error())
}

// RefuseUnknownRoute answers as the API gateway does to a path that no API
// is published under.
func RefuseUnknownRoute(w http.ResponseWriter) {
	refuseAtGateway(w, http.StatusNotFound, "APIGW.0101", "The API does not exist or has not been published in the environment")
}

func refuseAtGateway(w http.ResponseWriter, status int, code, message string) {
	id := NewRequestID()
	w.Header().Set("X-Request-Id", id)
	simcore.WriteJSON(w, status, GatewayErrorBody(code, message, id))
}

// GatewayErrorBody is the API gateway's error envelope.
func GatewayErrorBody(code, message, requestID string) any {
	return map[string]string{"error_msg": message, "error_code": code, "request_id": requestID}
}

// NewRequestID returns an X-Request-Id: 32 hexadecimal digits.
func NewRequestID() string { return randomID() }

// RefuseForeignProject answers as the API gateway does to a caller who may
// not act in the project of the path.
func RefuseForeignProject(w http.ResponseWriter) {
	refuseAtGateway(w, http.StatusForbidden, "APIGW.0302", "The IAM user is not authorized to access the API")
}
