package staff

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"ruxue/service/fault"
)

// FactorStore keeps the second factors.
type FactorStore interface {
	// SetTOTP stores the secret of an authenticator app whose code of step was
	// just used, and notes that a second factor is set up.
	SetTOTP(ctx context.Context, a *Account, secret []byte, step int64) error
	// TOTP returns the secret and the last used step, fault.NotFound without one.
	TOTP(ctx context.Context, a *Account) (secret []byte, last int64, err error)
	// UseTOTP notes that the code of the step was used; false when that or a
	// later one was used already.
	UseTOTP(ctx context.Context, id, step int64) (bool, error)
	RemoveTOTP(ctx context.Context, id int64) error
	// SetScanFactor says whether a scan with the bound WeChat is a second factor.
	SetScanFactor(ctx context.Context, id int64, on bool) error
	// SetBackupCodes replaces the account's backup codes.
	SetBackupCodes(ctx context.Context, id int64, codes []string) error
	// UseBackupCode uses one up; false when it is none or was used.
	UseBackupCode(ctx context.Context, id int64, code string) (bool, error)
	BackupCodesLeft(ctx context.Context, id int64) (int, error)
	// ClearFactors removes every second factor; sessions go on.
	ClearFactors(ctx context.Context, id int64) error
}

// Cipher seals what a page carries through a form.
type Cipher interface {
	Seal(plain []byte, ad string) ([]byte, error)
	Open(sealed []byte, ad string) ([]byte, error)
}

// CanScan reports whether scanning with the bound WeChat proves the second factor.
func (a *Account) CanScan() bool { return a.ScanFactor && a.OpenID != "" }

// HasFactor reports whether there is a second factor to ask for, besides
// backup codes.
func (a *Account) HasFactor() bool { return a.TOTP || a.CanScan() }

// DemandsFactor reports whether a login needs a second factor. Once one was set
// up it stays demanded, also when the WeChat behind it is gone: a backup code or
// an administrator helps then, a password alone does not.
func (a *Account) DemandsFactor() bool { return a.FactorAt != nil }

// MustSetUp reports whether the account must set up a second factor before
// anything else: an administrator without one, and who lost the last one.
func (a *Account) MustSetUp() bool {
	return !a.HasFactor() && (a.Role == Administrator || a.FactorAt != nil)
}

// Setup is an authenticator app about to be set up.
type Setup struct {
	Secret string // base32, for typing
	URI    string // what the QR code holds
	Sealed string // goes through the form; only this account's
}

func setupAD(a *Account) string { return fmt.Sprintf("staff.totp_setup:%s:%d", a.Ref, a.Epoch) }

// BeginTOTP draws a secret. Nothing is stored: the form carries it, sealed.
func (s *Service) BeginTOTP(a *Account, issuer string) (Setup, error) {
	secret := make([]byte, totpBytes)
	if _, err := io.ReadFull(s.rand, secret); err != nil {
		return Setup{}, fmt.Errorf("drawing an authenticator's secret: %w", err)
	}
	sealed, err := s.cipher.Seal(secret, setupAD(a))
	if err != nil {
		return Setup{}, fmt.Errorf("sealing an authenticator's secret: %w", err)
	}
	return setup(a, issuer, secret, base64.RawURLEncoding.EncodeToString(sealed)), nil
}

func setup(a *Account, issuer string, secret []byte, sealed string) Setup {
	return Setup{Secret: totpBase32.EncodeToString(secret), URI: totpURI(issuer, a.Login, secret), Sealed: sealed}
}

// ResumeTOTP reads what a form carried, to show the page again.
func (s *Service) ResumeTOTP(a *Account, issuer, sealed string) (Setup, error) {
	secret, err := s.openSetup(a, sealed)
	if err != nil {
		return Setup{}, err
	}
	return setup(a, issuer, secret, sealed), nil
}

func (s *Service) openSetup(a *Account, sealed string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err == nil {
		raw, err = s.cipher.Open(raw, setupAD(a))
	}
	if err != nil || len(raw) != totpBytes {
		return nil, fault.Wrap(fault.Gone, "这个二维码已失效，请重新打开本页", err)
	}
	return raw, nil
}

// FinishTOTP sets the app up once it shows the right code, and returns backup
// codes where the account has none yet.
func (s *Service) FinishTOTP(ctx context.Context, a *Account, sealed, code string) (backup []string, err error) {
	secret, err := s.openSetup(a, sealed)
	if err != nil {
		return nil, err
	}
	step, ok := matchTOTP(secret, normalCode(code), s.now(), 0)
	if !ok {
		return nil, fault.New(fault.Invalid, "验证码不正确，请输入 App 现在显示的 6 位数字；仍不对时请检查手机时间").On("code")
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.SetTOTP(ctx, a, secret, step); err != nil {
			return fmt.Errorf("storing an authenticator's secret: %w", err)
		}
		backup, err = s.firstBackupCodes(ctx, a)
		return err
	})
	return backup, err
}

// firstBackupCodes makes backup codes unless some are left.
func (s *Service) firstBackupCodes(ctx context.Context, a *Account) ([]string, error) {
	left, err := s.store.BackupCodesLeft(ctx, a.ID)
	if err != nil || left > 0 {
		return nil, err
	}
	return s.NewBackupCodes(ctx, a)
}

// backupCodes is how many backup codes a set has.
const backupCodes = 10

// NewBackupCodes replaces the account's backup codes; the old ones are worth
// nothing from then on. The new ones are shown once.
func (s *Service) NewBackupCodes(ctx context.Context, a *Account) ([]string, error) {
	out := make([]string, 0, backupCodes)
	for range backupCodes {
		text, err := s.readable(10, 5)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	plain := make([]string, len(out))
	for i, c := range out {
		plain[i] = normalCode(c)
	}
	if err := s.store.SetBackupCodes(ctx, a.ID, plain); err != nil {
		return nil, fmt.Errorf("storing backup codes: %w", err)
	}
	return out, nil
}

// BackupCodesLeft is how many backup codes are unused.
func (s *Service) BackupCodesLeft(ctx context.Context, a *Account) (int, error) {
	return s.store.BackupCodesLeft(ctx, a.ID)
}

// ProveFactor accepts the app's code or a backup code.
func (s *Service) ProveFactor(ctx context.Context, a *Account, code string, at Place) error {
	code = normalCode(code)
	if code == "" {
		return fault.New(fault.Invalid, "请输入验证码").On("code")
	}
	tried := secret{login: a.Login, factor: true}
	left, err := s.take(ctx, tried, at, "code")
	if err != nil {
		return err
	}
	ok, err := s.proves(ctx, a, code)
	if err != nil {
		return err
	}
	if !ok {
		return wrong(left, "验证码不正确或已用过", "code")
	}
	return s.forget(ctx, tried, at)
}

func (s *Service) proves(ctx context.Context, a *Account, code string) (bool, error) {
	if len(code) != totpDigits {
		return s.store.UseBackupCode(ctx, a.ID, code)
	}
	secret, last, err := s.store.TOTP(ctx, a)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading an authenticator's secret: %w", err)
	}
	step, ok := matchTOTP(secret, code, s.now(), last)
	if !ok {
		return false, nil
	}
	return s.store.UseTOTP(ctx, a.ID, step)
}

// RemoveTOTP takes the app away. An administrator must keep one second factor.
func (s *Service) RemoveTOTP(ctx context.Context, a *Account) error {
	if !a.CanScan() && a.Role == Administrator {
		return fault.New(fault.Conflict, "管理员必须保留一种二次验证，请先绑定微信")
	}
	if !a.CanScan() {
		return s.store.ClearFactors(ctx, a.ID)
	}
	return s.store.RemoveTOTP(ctx, a.ID)
}

// SetScanFactor says whether scanning with the bound WeChat is a second factor;
// it returns backup codes where the account has none yet.
func (s *Service) SetScanFactor(ctx context.Context, a *Account, on bool) (backup []string, err error) {
	switch {
	case on && a.OpenID == "":
		return nil, fault.New(fault.Conflict, "请先绑定微信")
	case !on && !a.TOTP && a.Role == Administrator:
		return nil, fault.New(fault.Conflict, "管理员必须保留一种二次验证，请先设置验证器")
	case !on && !a.TOTP:
		return nil, s.store.ClearFactors(ctx, a.ID)
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.SetScanFactor(ctx, a.ID, on); err != nil {
			return fmt.Errorf("storing a second factor: %w", err)
		}
		if on {
			backup, err = s.firstBackupCodes(ctx, a)
		}
		return err
	})
	return backup, err
}

// normalCode drops what people put between the characters of a code.
func normalCode(s string) string {
	if len(s) > 64 {
		return ""
	}
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "　", "").Replace(strings.TrimSpace(s)))
}

// readable is a random text of n characters without look-alikes, in groups.
func (s *Service) readable(n, group int) (string, error) {
	const alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
	b := make([]byte, n)
	if _, err := io.ReadFull(s.rand, b); err != nil {
		return "", fmt.Errorf("drawing a secret: %w", err)
	}
	out := make([]byte, 0, n+n/group)
	for i, x := range b {
		if i > 0 && i%group == 0 {
			out = append(out, '-')
		}
		out = append(out, alphabet[int(x)%len(alphabet)])
	}
	return string(out), nil
}
