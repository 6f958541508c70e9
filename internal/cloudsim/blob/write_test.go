package blob_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	azblobblob "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blockblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
)

// inContainer is the official client of a container with a SAS.
func (s *storage) inContainer(t *testing.T, permissions string) *container.Client {
	t.Helper()
	client, err := container.NewClientWithNoCredential(s.origin+"/account/captures?"+s.Signature("account", "captures", "", permissions, time.Time{}, began.Add(time.Hour)), &container.ClientOptions{ClientOptions: s.options()})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestWhatASignatureOfAContainerAllows does everything with each permission, with the
// official client.
func TestWhatASignatureOfAContainerAllows(t *testing.T) {
	t.Parallel()
	const mismatch = bloberror.AuthorizationPermissionMismatch
	upload := func(name string) func(context.Context, *container.Client) error {
		return func(ctx context.Context, c *container.Client) error {
			_, err := c.NewBlockBlobClient(name).UploadBuffer(ctx, []byte("content"), nil)
			return err
		}
	}
	for name, test := range map[string]struct {
		do      func(context.Context, *container.Client) error
		allowed string
		// withCreate is the answer to c alone; empty if allowed says it.
		withCreate bloberror.Code
	}{
		"new blob":  {upload("new.cap"), "wc", ""},
		"overwrite": {upload("web.cap"), "w", bloberror.UnauthorizedBlobOverwrite},
		"block": {func(ctx context.Context, c *container.Client) error {
			_, err := c.NewBlockBlobClient("new.cap").StageBlock(ctx, "AAAA", nopCloser{bytes.NewReader([]byte("x"))}, nil)
			return err
		}, "w", ""},
		"block list": {func(ctx context.Context, c *container.Client) error {
			_, err := c.NewBlockBlobClient("new.cap").CommitBlockList(ctx, nil, nil)
			return err
		}, "w", ""},
		"delete": {func(ctx context.Context, c *container.Client) error {
			_, err := c.NewBlobClient("web.cap").Delete(ctx, nil)
			return err
		}, "d", ""},
		"properties": {func(ctx context.Context, c *container.Client) error {
			_, err := c.NewBlobClient("web.cap").GetProperties(ctx, nil)
			return err
		}, "r", ""},
		"read": {func(ctx context.Context, c *container.Client) error {
			_, err := c.NewBlobClient("web.cap").DownloadStream(ctx, nil)
			return err
		}, "r", ""},
		"list": {func(ctx context.Context, c *container.Client) error {
			_, err := c.NewListBlobsFlatPager(nil).NextPage(ctx)
			return err
		}, "l", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, permission := range []string{"r", "w", "c", "d", "l", "a", "rl", "rwl", "racwdl"} {
				s := newStorage(t)
				s.Put("account", "captures", "web.cap", []byte("content"))
				err := test.do(t.Context(), s.inContainer(t, permission))
				var want bloberror.Code
				if !strings.ContainsAny(permission, test.allowed) {
					want = mismatch
				}
				if permission == "c" && test.withCreate != "" {
					want = test.withCreate
				}
				if (want == "") != (err == nil) || want != "" && !bloberror.HasCode(err, want) {
					t.Errorf("sp=%s: %v, want %s", permission, err, want)
				}
			}
		})
	}
}

type nopCloser struct{ *bytes.Reader }

func (nopCloser) Close() error { return nil }

func TestOfficialClientUploads(t *testing.T) {
	t.Parallel()
	s := newStorage(t)
	s.AddContainer("account", "captures")
	client := s.inContainer(t, "racwdl")
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<12)
	file := client.NewBlockBlobClient("a folder/wéb.cap")
	made, err := file.UploadBuffer(t.Context(), content, &blockblob.UploadBufferOptions{HTTPHeaders: &azblobblob.HTTPHeaders{BlobContentType: to.Ptr("application/vnd.tcpdump.pcap")}})
	if err != nil {
		t.Fatal(err)
	}
	s.expectContent(t, file, content)
	again, err := file.UploadStream(t.Context(), bytes.NewReader(content[:40_000]), &blockblob.UploadStreamOptions{BlockSize: 16_000, Concurrency: 2})
	if err != nil || *again.ETag == *made.ETag {
		t.Fatalf("in blocks: %v, the etag was %s and is %s", err, *made.ETag, *again.ETag)
	}
	s.expectContent(t, file, content[:40_000])
	for name, test := range map[string]struct {
		conditions azblobblob.ModifiedAccessConditions
		name       string
		code       bloberror.Code
	}{
		"only a new one":      {azblobblob.ModifiedAccessConditions{IfNoneMatch: to.Ptr(azcore.ETagAny)}, "a folder/wéb.cap", bloberror.BlobAlreadyExists},
		"an older one":        {azblobblob.ModifiedAccessConditions{IfMatch: made.ETag}, "a folder/wéb.cap", bloberror.ConditionNotMet},
		"one that is missing": {azblobblob.ModifiedAccessConditions{IfMatch: to.Ptr(azcore.ETagAny)}, "other.cap", bloberror.ConditionNotMet},
		"this one":            {azblobblob.ModifiedAccessConditions{IfMatch: again.ETag}, "a folder/wéb.cap", ""},
	} {
		conditions := azblobblob.AccessConditions{ModifiedAccessConditions: &test.conditions}
		_, err := client.NewBlockBlobClient(test.name).Upload(t.Context(), nopCloser{bytes.NewReader(content)}, &blockblob.UploadOptions{AccessConditions: &conditions})
		if (test.code == "") != (err == nil) || test.code != "" && !bloberror.HasCode(err, test.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := file.CommitBlockList(t.Context(), []string{"QUFB"}, nil); !bloberror.HasCode(err, bloberror.InvalidBlockList) {
		t.Errorf("a block that nobody staged: %v", err)
	}
	if _, err := file.Delete(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if _, err := file.Delete(t.Context(), nil); !bloberror.HasCode(err, bloberror.BlobNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	if _, err := file.UploadBuffer(t.Context(), content[:5], nil); err != nil {
		t.Error(err)
	}
	s.expectContent(t, file, content[:5])
}

func (s *storage) expectContent(t *testing.T, file *blockblob.Client, want []byte) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := file.DownloadBuffer(t.Context(), got, nil); err != nil || int(n) != len(want) || !bytes.Equal(got, want) {
		t.Errorf("%d bytes of %d, %v", n, len(want), err)
	}
}

// TestWhoMayWrite writes with tokens, whose role is a switch.
func TestWhoMayWrite(t *testing.T) {
	t.Parallel()
	for role, want := range map[string]bloberror.Code{"missing": bloberror.AuthorizationPermissionMismatch, "present": bloberror.AuthorizationPermissionMismatch, "contributor": ""} {
		s := newStorage(t)
		s.Put("account", "captures", "web.cap", []byte("x"))
		if err := s.Switches().Set(blob.SwitchDataRole, role); err != nil {
			t.Fatal(err)
		}
		client := s.official(t)
		for operation, do := range map[string]func() error{
			"upload": func() error {
				_, err := client.UploadBuffer(t.Context(), "captures", "new.cap", []byte("x"), nil)
				return err
			},
			"delete":           func() error { _, err := client.DeleteBlob(t.Context(), "captures", "web.cap", nil); return err },
			"create container": func() error { _, err := client.CreateContainer(t.Context(), "more", nil); return err },
		} {
			if err := do(); (want == "") != (err == nil) || want != "" && !bloberror.HasCode(err, want) {
				t.Errorf("%s, %s: %v", role, operation, err)
			}
		}
		if role != "contributor" {
			continue
		}
		if _, err := client.CreateContainer(t.Context(), "more", nil); !bloberror.HasCode(err, bloberror.ContainerAlreadyExists) {
			t.Errorf("a container that exists: %v", err)
		}
		if _, err := client.UploadBuffer(t.Context(), "none", "x", nil, nil); !bloberror.HasCode(err, bloberror.ContainerNotFound) {
			t.Errorf("no container: %v", err)
		}
		if _, err := client.DeleteContainer(t.Context(), "captures", nil); err != nil || len(s.Blobs()) != 0 {
			t.Errorf("delete a container: %v, left %v", err, s.Blobs())
		}
		if _, err := client.ServiceClient().NewContainerClient("captures").GetProperties(t.Context(), nil); !bloberror.HasCode(err, bloberror.ContainerNotFound) {
			t.Errorf("a container that was deleted: %v", err)
		}
	}
	s := newStorage(t)
	s.AddContainer("account", "captures")
	client := s.inContainer(t, "racwdl")
	if _, err := client.GetProperties(t.Context(), nil); !bloberror.HasCode(err, bloberror.AuthorizationFailure) {
		t.Errorf("a service SAS reads a container's properties: %v", err)
	}
	if _, err := client.Delete(t.Context(), nil); !bloberror.HasCode(err, bloberror.AuthorizationFailure) {
		t.Errorf("a service SAS deletes a container: %v", err)
	}
}

func TestUploadsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := newStorage(t)
	s.AddContainer("account", "captures")
	sas := "?" + s.Signature("account", "captures", "", "rwl", time.Time{}, began.Add(time.Hour))
	const block = "x-ms-blob-type"
	for name, test := range map[string]struct {
		method, path string
		headers      []string
		want         string
	}{
		"no kind":            {http.MethodPut, "/account/captures/x.cap" + sas, nil, "MissingRequiredHeader"},
		"another kind":       {http.MethodPut, "/account/captures/x.cap" + sas, []string{block, "PageBlob"}, "InvalidHeaderValue"},
		"another digest":     {http.MethodPut, "/account/captures/x.cap" + sas, []string{block, "BlockBlob", "Content-MD5", "AAAA"}, "Md5Mismatch"},
		"another container":  {http.MethodPut, "/account/others/x.cap" + sas, []string{block, "BlockBlob"}, "AuthenticationFailed"},
		"no credential":      {http.MethodPut, "/account/captures/x.cap", []string{block, "BlockBlob"}, "PublicAccessNotPermitted"},
		"block without id":   {http.MethodPut, "/account/captures/x.cap" + sas + "&comp=block", nil, "MissingRequiredQueryParameter"},
		"block with odd id":  {http.MethodPut, "/account/captures/x.cap" + sas + "&comp=block&blockid=%25", nil, "InvalidQueryParameterValue"},
		"list that is empty": {http.MethodPut, "/account/captures/x.cap" + sas + "&comp=blocklist", nil, "InvalidXmlDocument"},
		"another verb":       {http.MethodPatch, "/account/captures/x.cap" + sas, nil, "UnsupportedHttpVerb"},
		"another component":  {http.MethodPut, "/account/captures/x.cap" + sas + "&comp=unknown", nil, "InvalidUri"},
	} {
		got := s.send(t, test.method, test.path, append(test.headers, "Authorization", "")...)
		if got.code(t) != test.want {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if len(s.Blobs()) != 0 {
		t.Errorf("stored: %v", s.Blobs())
	}
}
