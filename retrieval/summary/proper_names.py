"""Which words are proper names: those that jieba's dictionary has as names, and unknown words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.words.lexicon import part_of_speech

if TYPE_CHECKING:
    from retrieval.words.segment import Segmenter

_NAMES = frozenset({"nr", "ns", "nt", "nz"})
_LONGEST_PERSON = 3  # characters: longer persons in jieba's dictionary are phrases (采取措施, 广大群众)
# Unknown words with one of these are no names but wrongly segmented (他称).
_SMALL_WORDS = re.compile("[的了是在也都就将把被该此这那他她它们我你您称说等并或又再还很更最已内外里]")
# Words of 4,000 news reports that jieba's dictionary has as names though they are none, the most frequent first.
_ORDINARY = frozenset(
    (
        "中国 城市 正文 强降雨 文明 洪水 智慧 青少年 台风 深度 大运会 山洪 上市 弘扬 和平 普及 高水平 山区 印发 "
        "海洋 美丽 科普 青春 令人 卫星 新区 上市公司 联合会 东西 公正 许可 曝光 治安 普通 惠民 通讯 阳光 申报 "
        "新一轮 中断 滑坡 新建 嘉宾 友谊 顾问 高峰 智能化 高达 幸福感 拓宽 中国式 英雄 两国 城镇 大国 确保安全 "
        "外国 大桥 关联 二人 新鲜 荣誉 温馨 荣获 关怀 养老 权威 宝贵 许可证 换手率 力争 幼儿园 盛夏 蓝天 雷雨 "
        "杜绝 明星 银行卡 师生 海关 上门 满意度 生命安全 新城 福利 国际化 保安 道路交通 中西部 高新区 安全感 "
        "都市 新村 通知书 查明 多渠道 惠及 爱国 太阳 康复 改革开放 安抚 入口 加密 扎根 西瓜 福祉 慈善 顾客 祝福 "
        "安全性 安保 陈述 明白 张贴 封锁 抗议 聊天 汇报 红利 多云 卓越 师傅 保健 亚军 严正 光辉 玉米 家族 论文 "
        "联网 爱国主义 道德 光荣 祝贺 长达 宜居 法治化 护城河 河水 平原 公共场所 新兴产业 育人 特邀 吉祥物 楼宇 "
        "延时 上路 新进展 小镇 网络安全 长度 高潮 中东部 公共交通 商业银行 古城 大都市 维度 洪峰 高昂 陆军 "
        "促发展 充分肯定 诚信 多达 上岗 上台 南北 长大 党和国家 加油站 科研院所 高清 谢谢 高薪 辛勤 远高于 齐全 "
        "崇高 纳米 高科技 集成电路 锂电池 城市更新 大力发展 广度 回国 串联 周密 腾飞 古老 晋级 宝藏 申请人 老公 "
        "开放日 达成协议 国际贸易 改编自 最大化 陈列 蓬勃 奥秘 科考 体操 蓝图 加盟 美化 宝石 沙滩 英勇 空旷 敬畏 "
        "第三产业 第二产业 开放式 基准利率 登记表 新格局 音乐会 国宝 云集 立马 王国 入海 契约 沿河 多维度 多角度 "
        "特大城市 沿海地区 通达 方正 华丽 盛世 宣言 老虎 明珠 黑客 田园 高素质 博士后 博士生 庄园 夸赞 默契 崇尚 "
        "珠宝 美观 联谊 易发 海滨 海湾 湖泊 交易所"
    ).split()
)


def is_name(word: str, segmenter: Segmenter) -> bool:
    """Return whether a word of a normalised text is a name; never for one character or a number."""
    if len(word) < 2 or word.isdecimal():
        return False
    if not segmenter.frequency(word):
        return not _SMALL_WORDS.search(word)
    tag = part_of_speech(word)
    if tag == "nz" and len(word) == 4 and all(segmenter.frequency(part) for part in (word[:2], word[2:])):
        return False  # 重大成果: two ordinary words that jieba has as one
    return tag in _NAMES and word not in _ORDINARY and not (tag == "nr" and len(word) > _LONGEST_PERSON)
