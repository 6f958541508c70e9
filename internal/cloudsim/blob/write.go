package blob

import (
	"bytes"
	"crypto/md5" //nolint:gosec // What the service compares bodies with.
	"encoding/base64"
	"io"
	"net/http"
	"slices"
	"strings"
)

// maxUpload is how long a body may be here, in bytes; the service takes more.
const maxUpload = 256 << 20

// body reads and checks what a request brings.
func (c call) body() ([]byte, *refusal) {
	if c.r.ContentLength < 0 {
		refused := refuse(http.StatusLengthRequired, "MissingContentLengthHeader", "Content-Length HTTP header is missing.")
		return nil, &refused
	}
	content, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, maxUpload))
	if err != nil {
		refused := refuse(http.StatusRequestEntityTooLarge, "RequestBodyTooLarge", "The request body is too large and exceeds the maximum permissible limit.")
		return nil, &refused
	}
	sum := md5.Sum(content) //nolint:gosec // As above.
	digest := base64.StdEncoding.EncodeToString(sum[:])
	if given := c.r.Header.Get("Content-MD5"); given != "" && given != digest {
		refused := refuse(http.StatusBadRequest, "Md5Mismatch", "The MD5 value specified in the request did not match with the MD5 value calculated by the server.")
		return nil, &refused
	}
	c.w.Header().Set("Content-MD5", digest)
	return content, nil
}

// upload stores a block blob.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/put-blob
func (s *Service) upload(c call) *refusal {
	kind := c.r.Header.Get("x-ms-blob-type")
	if kind == "" {
		refused := refuse(http.StatusBadRequest, "MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified.")
		return &refused
	}
	if kind != "BlockBlob" {
		// Captures are block blobs; the others are not simulated.
		refused := refuse(http.StatusBadRequest, "InvalidHeaderValue", "The value for one of the HTTP headers is not in the correct format.")
		return &refused
	}
	content, refused := c.body()
	if refused != nil {
		return refused
	}
	contentType := c.r.Header.Get("x-ms-blob-content-type")
	if contentType == "" {
		contentType = c.r.Header.Get("Content-Type")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if refused := s.mayWrite(c); refused != nil {
		return refused
	}
	delete(s.blocks, c.path())
	s.created(c, s.store(c.blob(content, contentType)))
	return nil
}

func (c call) path() string { return c.account + "/" + c.container + "/" + c.name }

func (c call) blob(content []byte, contentType string) Blob {
	return Blob{
		Account: c.account, Container: c.container, Name: c.name, ContentType: contentType,
		At: bytes.NewReader(content), SizeBytes: int64(len(content)),
	}
}

// mayWrite checks, for those who hold the lock, that a request may store its blob.
func (s *Service) mayWrite(c call) *refusal {
	blobs := s.all()
	if refused := s.findContainer(c, blobs); refused != nil {
		return refused
	}
	at := slices.IndexFunc(blobs, func(b Blob) bool { return b.Path() == c.path() })
	query := c.r.URL.Query()
	switch {
	case at < 0 && c.r.Header.Get("If-Match") != "":
		refused := refuse(http.StatusPreconditionFailed, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")
		return &refused
	case at < 0:
		return nil
	case query.Has("sig") && !strings.Contains(query.Get("sp"), "w"):
		refused := refuse(http.StatusForbidden, "UnauthorizedBlobOverwrite", "This request is not authorized to perform blob overwrites.")
		return &refused
	case strings.TrimSpace(c.r.Header.Get("If-None-Match")) == "*":
		refused := refuse(http.StatusConflict, "BlobAlreadyExists", "The specified blob already exists.")
		return &refused
	}
	return c.checkConditions(blobs[at], http.StatusPreconditionFailed)
}

func (s *Service) created(c call, b Blob) {
	header := c.w.Header()
	header.Set("ETag", b.etag())
	header.Set("Last-Modified", b.LastModified.UTC().Format(http.TimeFormat))
	header.Set("x-ms-request-server-encrypted", "true")
	c.w.WriteHeader(http.StatusCreated)
}

// remove deletes a blob for good.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/delete-blob
func (s *Service) remove(c call) *refusal {
	found, refused := s.find(c)
	if refused == nil {
		refused = c.checkConditions(found, http.StatusPreconditionFailed)
	}
	if refused != nil {
		return refused
	}
	if !s.Delete(found.Path()) {
		missing := refuse(http.StatusNotFound, "BlobNotFound", "The specified blob does not exist.")
		return &missing
	}
	c.w.Header().Set("x-ms-delete-type-permanent", "true")
	c.w.WriteHeader(http.StatusAccepted)
	return nil
}
