// How much a WebDriverAgent shows to others than us. Its second server streams the screen (MJPEG) to whoever connects, on all
// networks whatever USE_IP says, and cannot be switched off (FBWebServer.m of 16.12). So it is told to stream pictures of one
// hundredth of the width and height, which show nothing.

/** In the environment that it is started with. */
export const STREAM_NOTHING = {
  MJPEG_SCALING_FACTOR: '1',
  MJPEG_SERVER_SCREENSHOT_QUALITY: '1',
};
