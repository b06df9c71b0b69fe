package handler

import (
	"testing"

	"ruxue/h5"
)

func TestTheDeviceIsNamedByItsUserAgent(t *testing.T) {
	const webkit = "AppleWebKit/537.36 (KHTML, like Gecko) "
	for ua, want := range map[string]string{
		// WeChat on phones and tablets.
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.54(0x18003630) NetType/WIFI Language/zh_CN":                         h5.DeviceWeChat,
		"Mozilla/5.0 (Linux; Android 14; V2309A; wv) " + webkit + "Version/4.0 Chrome/130.0.6723.103 Mobile Safari/537.36 XWEB/1300259 MMWEBSDK/20240802 MicroMessenger/8.0.53.2740(0x28003533) WeChat/arm64": h5.DeviceWeChat,
		"Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50(0x1800322b) NetType/WIFI":                                                 h5.DeviceWeChat,
		"Mozilla/5.0 (Phone; OpenHarmony 5.0) " + webkit + "Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile MicroMessenger/1.0.5.61(0xf3400533) NetType/WIFI":                                            h5.DeviceWeChat,
		// WeChat on desktops.
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + webkit + "Chrome/126.0.0.0 Safari/537.36 MicroMessenger/7.0.20.1781(0x6700143B) NetType/WIFI MiniProgramEnv/Windows WindowsWechat/WMPF WindowsWechat(0x63090c11) XWEB/11581": h5.DevicePC,
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + webkit + "Chrome/132.0.0.0 Safari/537.36 MicroMessenger/7.0.20.1781(0x6700143B) NetType/WIFI MiniProgramEnv/Windows UnifiedPCWindowsWechat(0xf2541022) XWEB/16467":           h5.DevicePC,
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " + webkit + "Chrome/126.0.0.0 Safari/537.36 MicroMessenger/6.8.0(0x16080000) NetType/WIFI MiniProgramEnv/Mac MacWechat/WMPF MacWechat/3.8.9(0x13080910) XWEB/1227":        h5.DevicePC,
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " + webkit + "Chrome/132.0.0.0 Safari/537.36 MicroMessenger/7.0.20.1781(0x6700143B) UnifiedPCMacWechat(0xf2640701) XWEB/16990":                                             h5.DevicePC,
		"Mozilla/5.0 (X11; Linux x86_64) " + webkit + "Chrome/132.0.0.0 Safari/537.36 MicroMessenger/7.0.20.1781(0x6700143B) NetType/WIFI MiniProgramEnv/Linux UnifiedPCLinuxWechat(0xf2641002) XWEB/16729":                         h5.DevicePC,
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_13) AppleWebKit/605.1.15 (KHTML, like Gecko) MicroMessenger/2.3.31":                                                                                                              h5.DevicePC,
		// Browsers on phones and tablets.
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1": h5.DevicePhone,
		"Mozilla/5.0 (Linux; Android 10; K) " + webkit + "Chrome/131.0.0.0 Mobile Safari/537.36":                                                  h5.DevicePhone,
		"Mozilla/5.0 (Linux; Android 13; SM-X710) " + webkit + "Chrome/131.0.0.0 Safari/537.36":                                                   h5.DevicePhone,
		"Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1":          h5.DevicePhone,
		"Mozilla/5.0 (Phone; OpenHarmony 5.0) " + webkit + "Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.0.4.300":         h5.DevicePhone,
		"Mozilla/5.0 (Tablet; OpenHarmony 5.0) " + webkit + "Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 HuaweiBrowser/5.0.4.300":               h5.DevicePhone,
		// PCs. An iPad that asks for the desktop site says it is a Mac.
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + webkit + "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0":                  h5.DevicePC,
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15": h5.DevicePC,
		"Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0":                                                h5.DevicePC,
		"Mozilla/5.0 (PC; OpenHarmony 5.0) " + webkit + "Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 HuaweiBrowser/5.0.4.300": h5.DevicePC,
		"": h5.DevicePC, "curl/8.5.0": h5.DevicePC,
	} {
		if got := deviceOf(ua); got != want {
			t.Errorf("%q is %s, want %s", ua, got, want)
		}
	}
}
