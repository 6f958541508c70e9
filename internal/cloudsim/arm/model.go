package arm

// request is the body of PacketCaptures_Create: PacketCapture of the
// published definitions. Absent and null are the same to the service.
type request struct {
	Properties *requestProperties `json:"properties"`
}

type requestProperties struct {
	Target                  *string          `json:"target"`
	Scope                   *requestScope    `json:"scope"`
	TargetType              *string          `json:"targetType"`
	BytesToCapturePerPacket *int64           `json:"bytesToCapturePerPacket"`
	TotalBytesPerSession    *int64           `json:"totalBytesPerSession"`
	TimeLimitInSeconds      *int64           `json:"timeLimitInSeconds"`
	StorageLocation         *requestStorage  `json:"storageLocation"`
	Filters                 []requestFilter  `json:"filters"`
	ContinuousCapture       *bool            `json:"continuousCapture"`
	CaptureSettings         *requestSettings `json:"captureSettings"`
}

type requestScope struct {
	Include []string `json:"include"`
	Exclude []string `json:"exclude"`
}

type requestStorage struct {
	StorageID   string `json:"storageId"`
	StoragePath string `json:"storagePath"`
	FilePath    string `json:"filePath"`
	LocalPath   string `json:"localPath"`
}

type requestFilter struct {
	Protocol        string `json:"protocol"`
	LocalIPAddress  string `json:"localIPAddress"`
	LocalPort       string `json:"localPort"`
	RemoteIPAddress string `json:"remoteIPAddress"`
	RemotePort      string `json:"remotePort"`
}

type requestSettings struct {
	FileCount                 *int64 `json:"fileCount"`
	FileSizeInBytes           *int64 `json:"fileSizeInBytes"`
	SessionTimeLimitInSeconds *int64 `json:"sessionTimeLimitInSeconds"`
}

// CaptureProperties are the properties of a packet capture as the service
// keeps them and answers with them: PacketCaptureResultProperties.
type CaptureProperties struct {
	ProvisioningState string `json:"provisioningState"`
	Target            string `json:"target"`
	// Scope is nil, and TargetType empty, in answers of versions without them.
	Scope *Scope `json:"scope,omitempty"`
	// TargetType is AzureVM or AzureVMSS.
	TargetType              string `json:"targetType,omitempty"`
	BytesToCapturePerPacket int64  `json:"bytesToCapturePerPacket"`
	// TotalBytesPerSession and TimeLimitInSeconds are nil in continuous mode.
	TotalBytesPerSession *int64           `json:"totalBytesPerSession,omitempty"`
	TimeLimitInSeconds   *int64           `json:"timeLimitInSeconds,omitempty"`
	StorageLocation      StorageLocation  `json:"storageLocation"`
	ContinuousCapture    *bool            `json:"continuousCapture,omitempty"`
	CaptureSettings      *CaptureSettings `json:"captureSettings,omitempty"`
	Filters              []Filter         `json:"filters"`
	// LastOperationID is set once queryStatus was called; no version
	// documents it.
	LastOperationID string `json:"queryPacketCaptureLastOperationId,omitempty"`
	// Undocumented is one more member that no version documents.
	Undocumented string `json:"captureAgentVersion,omitempty"`
}

// timeLimit is the session's time limit in seconds; nil if there is none.
func (p CaptureProperties) timeLimit() *int64 {
	if p.CaptureSettings != nil {
		return p.CaptureSettings.SessionTimeLimitInSeconds
	}
	return p.TimeLimitInSeconds
}

// Scope lists scale set instances by their full resource ids.
type Scope struct {
	Include []string `json:"include"`
	Exclude []string `json:"exclude"`
}

// StorageLocation says where the capture goes. StoragePath is empty unless a
// storage account or a path was given.
type StorageLocation struct {
	StorageID   string `json:"storageId,omitempty"`
	StoragePath string `json:"storagePath"`
	FilePath    string `json:"filePath,omitempty"`
	LocalPath   string `json:"localPath,omitempty"`
}

// CaptureSettings are the limits of a continuous capture.
type CaptureSettings struct {
	FileCount                 *int64 `json:"fileCount,omitempty"`
	FileSizeInBytes           *int64 `json:"fileSizeInBytes,omitempty"`
	SessionTimeLimitInSeconds *int64 `json:"sessionTimeLimitInSeconds,omitempty"`
}

// Filter selects packets. A nil member is left out of answers.
type Filter struct {
	// Protocol is TCP, UDP or Any.
	Protocol        string  `json:"protocol"`
	LocalIPAddress  *string `json:"localIPAddress,omitempty"`
	LocalPort       *string `json:"localPort,omitempty"`
	RemoteIPAddress *string `json:"remoteIPAddress,omitempty"`
	RemotePort      *string `json:"remotePort,omitempty"`
}

// captureBody is PacketCaptureResult with the undocumented type.
type captureBody struct {
	Name       string            `json:"name"`
	ID         string            `json:"id"`
	ETag       string            `json:"etag"`
	Properties CaptureProperties `json:"properties"`
	Type       string            `json:"type"`
}

// statusBody is PacketCaptureQueryStatusResult.
type statusBody struct {
	Name         string   `json:"name"`
	ID           string   `json:"id"`
	StartTime    string   `json:"captureStartTime,omitempty"`
	Status       string   `json:"packetCaptureStatus"`
	StopReason   string   `json:"stopReason,omitempty"`
	Errors       []string `json:"packetCaptureError"`
	Undocumented string   `json:"captureAgentVersion,omitempty"`
}
