package blob_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	azblobblob "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/sas"
)

// The official client is a stranger to simulator and provider: what it understands
// is what the service says.

type credential struct{}

func (credential) GetToken(_ context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if strings.Join(options.Scopes, " ") != "https://storage.azure.com/.default" {
		return azcore.AccessToken{Token: "for another audience", ExpiresOn: time.Now().Add(time.Hour)}, nil
	}
	return azcore.AccessToken{Token: token, ExpiresOn: time.Now().Add(time.Hour)}, nil
}

func (s *storage) options() azcore.ClientOptions {
	return azcore.ClientOptions{Transport: s.http, Retry: policy.RetryOptions{MaxRetries: -1}}
}

func (s *storage) official(t *testing.T) *azblob.Client {
	t.Helper()
	client, err := azblob.NewClient(s.origin+"/account", credential{}, &azblob.ClientOptions{ClientOptions: s.options()})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestOfficialClientDownloads(t *testing.T) {
	t.Parallel()
	s := newStorage(t)
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	s.Put("account", "captures", "a folder/wéb.cap", content)
	client := s.official(t)
	got := make([]byte, len(content))
	n, err := client.DownloadBuffer(t.Context(), "captures", "a folder/wéb.cap", got, &azblob.DownloadBufferOptions{BlockSize: 100_000, Concurrency: 4})
	if err != nil || n != int64(len(content)) || !bytes.Equal(got, content) {
		t.Fatalf("%d bytes, %v", n, err)
	}
	stream, err := client.DownloadStream(t.Context(), "captures", "a folder/wéb.cap", &azblob.DownloadStreamOptions{Range: azblob.HTTPRange{Offset: 5, Count: 7}})
	if err != nil {
		t.Fatal(err)
	}
	part, err := io.ReadAll(stream.Body)
	if err != nil || string(part) != "56789ab" || *stream.ContentLength != 7 {
		t.Errorf("%q, %v", part, err)
	}
	s.clock.Advance(time.Minute)
	s.Put("account", "captures", "a folder/wéb.cap", content)
	_, err = client.DownloadStream(t.Context(), "captures", "a folder/wéb.cap", &azblob.DownloadStreamOptions{
		AccessConditions: &azblobblob.AccessConditions{ModifiedAccessConditions: &azblobblob.ModifiedAccessConditions{IfMatch: stream.ETag}},
	})
	if !bloberror.HasCode(err, bloberror.ConditionNotMet) {
		t.Errorf("changed meanwhile: %v", err)
	}
	_, err = client.DownloadStream(t.Context(), "captures", "a folder/wéb.cap", &azblob.DownloadStreamOptions{Range: azblob.HTTPRange{Offset: 1 << 30, Count: 1}})
	if !bloberror.HasCode(err, bloberror.InvalidRange) {
		t.Errorf("behind the end: %v", err)
	}
	for name, code := range map[string]bloberror.Code{"captures": bloberror.BlobNotFound, "other": bloberror.ContainerNotFound} {
		if _, err := client.DownloadStream(t.Context(), name, "none.cap", nil); !bloberror.HasCode(err, code) {
			t.Errorf("no %s/none.cap: %v", name, err)
		}
	}
}

func TestOfficialClientLists(t *testing.T) {
	t.Parallel()
	s := newStorage(t)
	for _, name := range []string{"b/1.cap", "a/3.cap", "a/1.cap", "a/2 & <3>.cap"} {
		s.Put("account", "captures", name, []byte(name))
	}
	pager := s.official(t).NewListBlobsFlatPager("captures", &container.ListBlobsFlatOptions{Prefix: to.Ptr("a/"), MaxResults: to.Ptr(int32(2))})
	var names []string
	pages := 0
	for ; pager.More(); pages++ {
		page, err := pager.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Segment.BlobItems {
			names = append(names, *item.Name)
			if *item.Properties.ContentLength != int64(len(*item.Name)) || !item.Properties.LastModified.Equal(began) || *item.Properties.ETag == "" {
				t.Errorf("%s: %+v", *item.Name, item.Properties)
			}
		}
	}
	if strings.Join(names, ", ") != "a/1.cap, a/2 & <3>.cap, a/3.cap" || pages != 2 {
		t.Errorf("%d pages: %v", pages, names)
	}
}

// TestOfficialSignatures has signatures that the official library makes, which the
// simulated service has to accept, and its own, which have to be like them.
func TestOfficialSignatures(t *testing.T) {
	t.Parallel()
	s := newStorage(t)
	s.Put("account", "captures", "web.cap", []byte("content"))
	key, err := azblob.NewSharedKeyCredential("account", s.AccountKey())
	if err != nil {
		t.Fatal(err)
	}
	sign := func(values sas.BlobSignatureValues) string {
		query, err := values.SignWithSharedKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return query.Encode()
	}
	values := func(change func(*sas.BlobSignatureValues)) sas.BlobSignatureValues {
		v := sas.BlobSignatureValues{Protocol: sas.ProtocolHTTPS, ExpiryTime: began.Add(time.Hour), Permissions: "r", ContainerName: "captures", BlobName: "web.cap"}
		if change != nil {
			change(&v)
		}
		return v
	}
	for name, test := range map[string]struct {
		signature string
		code      bloberror.Code
	}{
		"of the blob":        {sign(values(nil)), ""},
		"of the container":   {sign(values(func(v *sas.BlobSignatureValues) { v.BlobName = "" })), ""},
		"with a start":       {sign(values(func(v *sas.BlobSignatureValues) { v.StartTime = began.Add(-time.Hour) })), ""},
		"the simulator's":    {s.Signature("account", "captures", "web.cap", "r", time.Time{}, began.Add(time.Hour)), ""},
		"not begun":          {sign(values(func(v *sas.BlobSignatureValues) { v.StartTime = began.Add(time.Minute) })), bloberror.AuthenticationFailed},
		"expired":            {sign(values(func(v *sas.BlobSignatureValues) { v.ExpiryTime = began.Add(-time.Minute) })), bloberror.AuthenticationFailed},
		"of another blob":    {sign(values(func(v *sas.BlobSignatureValues) { v.BlobName = "other.cap" })), bloberror.AuthenticationFailed},
		"may only write":     {sign(values(func(v *sas.BlobSignatureValues) { v.Permissions = "w" })), bloberror.AuthorizationPermissionMismatch},
		"changed afterwards": {strings.Replace(sign(values(nil)), "sp=r", "sp=rw", 1), bloberror.AuthenticationFailed},
	} {
		client, err := azblobblob.NewClientWithNoCredential(s.origin+"/account/captures/web.cap?"+test.signature, &azblobblob.ClientOptions{ClientOptions: s.options()})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.DownloadStream(t.Context(), nil)
		if test.code == "" && err != nil || test.code != "" && !bloberror.HasCode(err, test.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	list := sign(values(func(v *sas.BlobSignatureValues) { v.BlobName, v.Permissions = "", "l" }))
	if got := s.send(t, "GET", "/account/captures?restype=container&comp=list&"+list, "Authorization", ""); got.status != 200 {
		t.Errorf("list: %d %s", got.status, got.body)
	}
	if got := s.send(t, "GET", "/account/captures/web.cap?"+list, "Authorization", ""); got.code(t) != "AuthorizationPermissionMismatch" {
		t.Errorf("a signature to list reads: %d %s", got.status, got.body)
	}
}
