package arm

import (
	"net/url"
	"strings"
)

// The limits and defaults of the published definitions.
const (
	maxUint32               = 4294967295
	maxTimeLimit            = 18000
	maxFileCount            = 10000
	maxSessionTimeLimit     = 604800
	defaultTotalBytes       = 1073741824
	defaultTimeLimit        = 18000
	defaultFileCount        = 10
	defaultFileSize         = 104857600
	defaultSessionTimeLimit = 86400
)

func (s *Service) validateLimits(_ *capture, p *requestProperties) *refusal {
	type limit struct {
		name  string
		value *int64
		max   int64
	}
	limits := []limit{
		{"bytesToCapturePerPacket", p.BytesToCapturePerPacket, maxUint32},
		{"totalBytesPerSession", p.TotalBytesPerSession, maxUint32},
		{"timeLimitInSeconds", p.TimeLimitInSeconds, maxTimeLimit},
	}
	if settings := p.CaptureSettings; settings != nil {
		limits = append(limits,
			limit{"captureSettings.fileCount", settings.FileCount, maxFileCount},
			limit{"captureSettings.fileSizeInBytes", settings.FileSizeInBytes, maxUint32},
			limit{"captureSettings.sessionTimeLimitInSeconds", settings.SessionTimeLimitInSeconds, maxSessionTimeLimit})
	}
	for _, l := range limits {
		if l.value != nil && (*l.value < 0 || *l.value > l.max) {
			return s.invalid(l.name, "Value %d of %s is out of range: it has to be between 0 and %d.", *l.value, l.name, l.max)
		}
	}
	return nil
}

// validateMode keeps the members of classic and continuous captures apart.
func (s *Service) validateMode(_ *capture, p *requestProperties) *refusal {
	if p.ContinuousCapture == nil {
		if p.CaptureSettings != nil {
			return s.invalid("captureSettings", "CaptureSettings is only valid when ContinuousCapture is provided.")
		}
		if p.StorageLocation.LocalPath != "" {
			return s.invalid("storageLocation.localPath", "LocalPath is only valid when ContinuousCapture is provided.")
		}
		return nil
	}
	if p.StorageLocation.FilePath != "" {
		return s.invalid("storageLocation.filePath", "FilePath is invalid when ContinuousCapture is provided.")
	}
	if p.TotalBytesPerSession != nil {
		return s.invalid("totalBytesPerSession", "TotalBytesPerSession is invalid when ContinuousCapture is provided.")
	}
	if p.TimeLimitInSeconds != nil {
		return s.invalid("timeLimitInSeconds", "TimeLimitInSeconds is invalid when ContinuousCapture is provided.")
	}
	return nil
}

func (s *Service) validateStorage(c *capture, p *requestProperties) *refusal {
	location := p.StorageLocation
	path := location.FilePath + location.LocalPath
	if location.StorageID == "" && path == "" {
		return s.invalid("storageLocation", "Either a storage account id or a path on the machine is required.")
	}
	if location.StorageID != "" {
		c.account = s.inventory.accountByID(location.StorageID)
		if c.account == nil {
			return danglingReference(location.StorageID, c.id())
		}
	}
	if path != "" && !strings.HasSuffix(strings.ToLower(path), ".cap") {
		return s.invalid("storageLocation", "Path %s does not end with a capture file name (*.cap).", path)
	}
	if path != "" && c.machine.linux && !strings.HasPrefix(path, "/var/captures/") {
		return s.invalid("storageLocation", "Path %s does not start with /var/captures.", path)
	}
	if location.StoragePath == "" {
		return nil
	}
	uri, err := url.Parse(location.StoragePath)
	if err != nil || uri.Host == "" || (uri.Scheme != "https" && uri.Scheme != "http") {
		return s.invalid("storageLocation.storagePath", "StoragePath %s is not a well-formed URI.", location.StoragePath)
	}
	return nil
}
